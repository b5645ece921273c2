import { extname } from 'node:path';

const KINDS: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** True for names of pictures: JPEG, PNG, WebP; hidden files, such as `._photo.jpg` of macOS, are none. */
export function isImageFile(path: string): boolean {
  return KINDS.has(extname(path).toLowerCase()) && !/(^|[\\/])\.[^.\\/][^\\/]*$/.test(path);
}
