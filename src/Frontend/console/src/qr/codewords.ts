/** QR codes of error level M, versions 1 to 9 (ISO/IEC 18004, tables 7 and 9): error codewords a block, blocks, codewords in all. */
export const VERSIONS = [
  { ecc: 10, blocks: 1, total: 26 }, { ecc: 16, blocks: 1, total: 44 }, { ecc: 26, blocks: 1, total: 70 }, { ecc: 18, blocks: 2, total: 100 },
  { ecc: 24, blocks: 2, total: 134 }, { ecc: 16, blocks: 4, total: 172 }, { ecc: 18, blocks: 4, total: 196 }, { ecc: 22, blocks: 4, total: 242 },
  { ecc: 22, blocks: 5, total: 292 },
] as const;

const HEADER_BYTES = 2;

/** The version (from 1) that holds so many bytes; null when none here does. */
export function versionFor(bytes: number): number | null {
  const index = VERSIONS.findIndex((v) => v.total - v.ecc * v.blocks - HEADER_BYTES >= bytes);
  return index < 0 ? null : index + 1;
}

/** The codewords of a text in byte mode, padded, with error correction, interleaved as they are drawn. */
export function codewords(bytes: Uint8Array, version: number): number[] {
  const spec = VERSIONS[version - 1];
  if (spec === undefined) throw new RangeError(`QR version ${version}`);
  const size = spec.total - spec.ecc * spec.blocks;
  const short = Math.floor(size / spec.blocks);
  const longFrom = spec.blocks - (size % spec.blocks);
  const data = padded(bytes, size);
  const blocks: number[][] = [];
  for (let i = 0, at = 0; i < spec.blocks; i++) {
    const length = short + (i >= longFrom ? 1 : 0);
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  return [...interleaved(blocks), ...interleaved(blocks.map((block) => remainder(block, spec.ecc)))];
}

function padded(bytes: Uint8Array, size: number): number[] {
  // Mode 0100, length in 8 bits, the bytes, 0000: everything is shifted by half a byte.
  const all = [4, bytes.length >> 4, bytes.length & 15, ...[...bytes].flatMap((b) => [b >> 4, b & 15]), 0];
  const data: number[] = [];
  for (let i = 0; i < all.length; i += 2) data.push(((all[i] ?? 0) << 4) | (all[i + 1] ?? 0));
  for (let pad = 0xec; data.length < size; pad ^= 0xec ^ 0x11) data.push(pad);
  return data;
}

function interleaved(blocks: number[][]): number[] {
  const longest = Math.max(...blocks.map((b) => b.length));
  return Array.from({ length: longest }, (_, i) => blocks.flatMap((b) => b.slice(i, i + 1))).flat();
}

/** Product in the field of 256 elements with the polynomial 0x11d. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return product;
}

/** The Reed-Solomon remainder of a block. */
function remainder(block: number[], degree: number): number[] {
  const divisor: number[] = [...new Array<number>(degree - 1).fill(0), 1];
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++) divisor[j] = times(divisor[j] ?? 0, root) ^ (divisor[j + 1] ?? 0);
  }
  const rest: number[] = new Array<number>(degree).fill(0);
  for (const byte of block) {
    const factor = byte ^ (rest.shift() ?? 0);
    rest.push(0);
    for (let j = 0; j < degree; j++) rest[j] = (rest[j] ?? 0) ^ times(divisor[j] ?? 0, factor);
  }
  return rest;
}
