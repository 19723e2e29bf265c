import { useEffect, useRef, useState } from 'react';
import { NOBODY, type DeviceStatus, type HandOverState } from '../api/types';
import { SearchIcon } from '../page/icons';
import { t } from '../texts';
import { ANY_PERSON, NO_FILTER, isFiltered, type Filter } from './filter';

const TYPING_MS = 250;

interface Props { filter: Filter; onFilter: (filter: Filter) => void }

export function Filters({ filter, onFilter }: Props) {
  const search = useSearch(filter, onFilter);
  const oneHolder = filter.holder !== '' && filter.holder !== NOBODY && filter.holder !== ANY_PERSON;
  return (
    <form className="filters" role="search" aria-label={t.filters.label} onSubmit={(e) => e.preventDefault()}>
      <div className="search">
        <SearchIcon />
        <input ref={search.input} type="search" aria-label={t.filters.search} placeholder={t.filters.searchHint} value={search.text}
          onChange={(e) => search.type(e.target.value)} />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <Choice label={t.filters.holder} value={filter.holder} onChange={(holder) => onFilter({ ...filter, holder })}>
        <option value="">{t.filters.anyone}</option>
        <option value={NOBODY}>{t.filters.nobody}</option>
        <option value={ANY_PERSON}>{t.filters.people}</option>
        {oneHolder && <option value={filter.holder}>{filter.holder}</option>}
      </Choice>
      <Choice label={t.filters.handOver} value={filter.handOver} onChange={(value) => onFilter({ ...filter, handOver: value as Filter['handOver'] })}>
        <option value="">{t.filters.anyHandOver}</option>
        {(['cleaning', 'clean', 'residue'] satisfies HandOverState[]).map((s) => <option key={s} value={s}>{t.handOver[s]}</option>)}
      </Choice>
      <Choice label={t.filters.status} value={filter.status} onChange={(value) => onFilter({ ...filter, status: value as Filter['status'] })}>
        <option value="">{t.filters.anyStatus}</option>
        {(Object.keys(t.status) as DeviceStatus[]).map((s) => <option key={s} value={s}>{t.status[s]}</option>)}
      </Choice>
      {isFiltered(filter) && <button type="button" className="button quiet" onClick={() => onFilter(NO_FILTER)}>{t.filters.clear}</button>}
    </form>
  );
}

interface ChoiceProps { label: string; value: string; onChange: (value: string) => void; children: React.ReactNode }

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <select aria-label={label} className={value === '' ? '' : 'chosen'} value={value} onChange={(e) => onChange(e.target.value)}>{children}</select>
  );
}

/** The search box: asks once the typing pauses; "/" goes to it from anywhere. */
function useSearch(filter: Filter, onFilter: (filter: Filter) => void) {
  const [text, setText] = useState(filter.q);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(filter.q), [filter.q]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const type = (q: string) => {
    setText(q);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onFilter({ ...filter, q }), TYPING_MS);
  };
  return { text, input, type };
}
