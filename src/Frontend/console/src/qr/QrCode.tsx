import { qr } from './qr';

const QUIET = 4;

/** A text to be scanned by a camera; nothing when it is too long for that. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const grid = qr(text);
  if (grid === null) return null;
  const size = grid.length + 2 * QUIET;
  const path = grid.flatMap((row, y) => row.map((on, x) => (on ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ''))).join('');
  return <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges"><path d={path} /></svg>;
}
