import { useEffect, useRef, useState } from 'react';
import { t } from '../texts';
import type { Activity } from './activity';

const SPEAK_EVERY_MS = 4_000;

/** Speaks changes to a screen reader: one by name, several as a number, so that a busy shift stays bearable. */
export function Announcer({ news }: { news: readonly Activity[] }) {
  const [text, setText] = useState('');
  const waiting = useRef<Activity[]>([]);
  useEffect(() => { waiting.current.push(...news); }, [news]);
  useEffect(() => {
    const timer = setInterval(() => {
      const batch = waiting.current;
      waiting.current = [];
      if (batch.length > 0) setText(announcement(batch));
    }, SPEAK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return <div className="hidden" aria-live="polite">{text}</div>;
}

export function announcement(batch: readonly Activity[]): string {
  const [first] = batch;
  if (first === undefined) return '';
  return batch.length === 1 ? t.activity.one(first.deviceName, t.activity.say[first.kind](first.person)) : t.activity.many(batch.length);
}
