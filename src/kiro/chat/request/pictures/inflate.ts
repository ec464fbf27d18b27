/** What of `pako` the reader of TIFF uses: bundled in its place, because Node has its own. */
export { inflateRawSync as inflateRaw } from 'node:zlib';
