import { useEffect, useState, type RefObject } from 'react';

export const ROW_PX = 60;
const SPARE_ROWS = 12;

export interface Slice { start: number; end: number }

/** Which rows to draw, given how far the list's top is above the view's (both in pixels). */
export function sliceOf(topPx: number, viewPx: number, count: number): Slice {
  const first = Math.floor(Math.max(0, -topPx) / ROW_PX);
  // In steps, so that scrolling by a row redraws nothing.
  const start = Math.max(0, Math.floor((first - SPARE_ROWS) / SPARE_ROWS) * SPARE_ROWS);
  const rows = Math.ceil(viewPx / ROW_PX) + 3 * SPARE_ROWS;
  return { start: Math.min(start, Math.max(0, count - 1)), end: Math.min(count, start + rows) };
}

/** The slice of a long list that is near the view, so that ten thousand rows cost as much as fifty. */
export function useWindow(list: RefObject<HTMLElement | null>, count: number): Slice {
  const [slice, setSlice] = useState<Slice>(() => sliceOf(0, window.innerHeight, count));
  useEffect(() => {
    const look = () => {
      const next = sliceOf(list.current?.getBoundingClientRect().top ?? 0, window.innerHeight, count);
      setSlice((last) => (last.start === next.start && last.end === next.end ? last : next));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [list, count]);
  return slice;
}
