import { DeviceIcon, PlusIcon } from '../page/icons';
import { t } from '../texts';
import { NO_FILTER, type Filter } from './filter';

interface Props { filtered: boolean; onEnrol: () => void; onFilter: (filter: Filter) => void }

export function EmptyDevices({ filtered, onEnrol, onFilter }: Props) {
  return (
    <div className="empty">
      <span className="empty-glyph"><DeviceIcon size={40} /></span>
      <h2>{filtered ? t.empty.filteredTitle : t.empty.title}</h2>
      <p className="muted">{filtered ? t.empty.filtered : t.empty.lead}</p>
      {filtered
        ? <button type="button" className="button" onClick={() => onFilter(NO_FILTER)}>{t.filters.clear}</button>
        : <button type="button" className="button primary" onClick={onEnrol}><PlusIcon />{t.header.enrol}</button>}
    </div>
  );
}
