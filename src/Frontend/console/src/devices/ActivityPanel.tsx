import { clock, exactly } from '../page/time';
import { useNow } from '../page/useNow';
import { deviceHash } from '../page/useHash';
import { t } from '../texts';
import type { Activity } from './activity';

/** What happened since the page was opened, the newest first. */
export function ActivityPanel({ activities }: { activities: readonly Activity[] }) {
  const now = useNow();
  return (
    <aside className="panel activity" aria-labelledby="activity-title">
      <h2 id="activity-title">{t.activity.title}</h2>
      {activities.length === 0
        ? <p className="muted">{t.activity.empty}</p>
        : (
          <ol>
            {activities.map((a) => (
              <li key={a.key} className={a.kind}>
                <span className="what">{t.activity.say[a.kind](a.person)}</span>
                <span className="where"><a href={deviceHash(a.deviceId)}>{a.deviceName}</a> <time dateTime={a.at} title={exactly(a.at)}>{clock(a.at, now)}</time></span>
              </li>
            ))}
          </ol>
        )}
    </aside>
  );
}
