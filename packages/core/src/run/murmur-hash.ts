/**
 * MurmurHash3_x86_32 (Appleby, https://github.com/aappleby/smhasher, public domain).
 *
 * @returns an unsigned 32-bit integer
 */
export function murmurHash3(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeBlocks = bytes.length & ~3;
  let hash = seed;
  for (let offset = 0; offset < wholeBlocks; offset += 4) {
    hash ^= scramble(view.getUint32(offset, true));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let offset = bytes.length - 1; offset >= wholeBlocks; offset--) tail = (tail << 8) | view.getUint8(offset);
  return finalMix(hash ^ scramble(tail) ^ bytes.length);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finalMix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
