import { readFileSync } from 'node:fs';

/** Name and version of this package. */
export function tool(): { readonly name: string; readonly version: string } {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return { name: 'onnx-compress', version: known ? String(manifest.version) : 'unknown' };
}
