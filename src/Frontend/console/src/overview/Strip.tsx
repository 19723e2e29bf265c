import type { Overview } from '../api/types';
import { ANY_PERSON, NO_FILTER, type Filter } from '../devices/filter';
import { count, t } from '../texts';

type TileName = keyof typeof t.overview.hints;

const TILES: { name: TileName; filter: Filter; read: (o: Overview) => number }[] = [
  { name: 'enrolled', filter: { ...NO_FILTER, status: 'enrolled' }, read: (o) => o.devices.enrolled },
  { name: 'people', filter: { ...NO_FILTER, holder: ANY_PERSON }, read: (o) => o.owners.people },
  { name: 'nobody', filter: { ...NO_FILTER, holder: 'nobody' }, read: (o) => o.owners.nobody },
  { name: 'cleaning', filter: { ...NO_FILTER, handOver: 'cleaning' }, read: (o) => o.handOvers.cleaning },
  { name: 'residue', filter: { ...NO_FILTER, handOver: 'residue' }, read: (o) => o.handOvers.residue },
];

interface Props { overview: Overview | null; filter: Filter; onFilter: (filter: Filter) => void }

/** The numbers of the fleet; each is also the filter that shows its devices. */
export function Strip({ overview, filter, onFilter }: Props) {
  return (
    <section className="strip" aria-label={t.overview.label}>
      {TILES.map((tile) => {
        const value = overview === null ? null : tile.read(overview) ?? 0;
        const on = same(tile.filter, filter);
        return (
          <button key={tile.name} type="button" className={`tile ${tile.name}${value === 0 ? ' zero' : ''}`} aria-pressed={on}
            onClick={() => onFilter(on ? NO_FILTER : tile.filter)}>
            <span className="tile-name">{t.overview[tile.name]}</span>
            <span className="tile-value">{value === null ? '–' : count(value)}</span>
            <span className="tile-hint">{t.overview.hints[tile.name]}</span>
          </button>
        );
      })}
    </section>
  );
}

const same = (a: Filter, b: Filter) => a.q === b.q && a.status === b.status && a.holder === b.holder && a.handOver === b.handOver;
