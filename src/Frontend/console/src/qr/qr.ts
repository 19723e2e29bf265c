import { codewords, versionFor } from './codewords';

type Grid = boolean[][];

/** The modules of a QR code for the text, true where dark; null when it is too long (180 bytes). */
export function qr(text: string): Grid | null {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  if (version === null) return null;
  const size = version * 4 + 17;
  const dark: Grid = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const fixed: Grid = dark.map((row) => [...row]);
  const set = (x: number, y: number, on: boolean) => {
    const row = dark[y];
    const mark = fixed[y];
    if (row === undefined || mark === undefined || x < 0 || x >= size) return;
    row[x] = on;
    mark[x] = true;
  };
  drawPatterns(version, size, set);
  drawData(codewords(bytes, version), dark, fixed);
  return dark;
}

type Set = (x: number, y: number, on: boolean) => void;

function drawPatterns(version: number, size: number, set: Set): void {
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) rings(x, y, 4, (ring) => ring !== 2 && ring !== 4, set);
  const centres = alignment(version, size);
  const last = centres.length - 1;
  centres.forEach((x, i) => centres.forEach((y, j) => {
    const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
    if (!corner) rings(x, y, 2, (ring) => ring !== 1, set);
  }));
  drawFormat(size, set);
  if (version >= 7) drawVersion(version, size, set);
}

function rings(x: number, y: number, radius: number, on: (ring: number) => boolean, set: Set): void {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) set(x + dx, y + dy, on(Math.max(Math.abs(dx), Math.abs(dy))));
  }
}

function alignment(version: number, size: number): number[] {
  if (version === 1) return [];
  return version < 7 ? [6, size - 7] : [6, (size - 1) / 2, size - 7];
}

// Level M with mask 0: data 00000, so only the fixed pattern of the format bits is left.
const FORMAT = 0x5412;

function drawFormat(size: number, set: Set): void {
  const bit = (i: number) => ((FORMAT >> i) & 1) === 1;
  for (let i = 0; i < 15; i++) {
    const near = i < 6 ? i : i < 8 ? i + 1 : 14 - i;
    if (i < 8) set(8, near, bit(i));
    else set(i === 8 ? 7 : near, 8, bit(i));
    if (i < 8) set(size - 1 - i, 8, bit(i));
    else set(8, size - 15 + i, bit(i));
  }
  set(8, size - 8, true);
}

function drawVersion(version: number, size: number, set: Set): void {
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const on = ((bits >> i) & 1) === 1;
    const long = size - 11 + (i % 3);
    const short = Math.floor(i / 3);
    set(long, short, on);
    set(short, long, on);
  }
}

/** Two columns at a time from the right, up and down in turn, under mask 0 (every other module turned). */
function drawData(words: number[], dark: Grid, fixed: Grid): void {
  const size = dark.length;
  let at = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = dark[y];
        if (row === undefined || fixed[y]?.[x]) continue;
        const bit = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
        row[x] = bit !== ((x + y) % 2 === 0);
        at++;
      }
    }
  }
}
