import type { ReactNode } from 'react';

function Icon({ children, size = 16 }: { children: ReactNode; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6"
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const CheckIcon = () => <Icon><path d="M3 8.5 6.5 12 13 4.5" /></Icon>;
export const AlertIcon = () => <Icon><path d="M8 2 14.5 13.5h-13L8 2ZM8 6.5v3.200M8 11.800v.01" /></Icon>;
export const TurnIcon = () => <Icon><path d="M13.5 8A5.5 5.5 0 1 1 11.600 3.800M13.5 2v3h-3" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 3.5 3.5" /></Icon>;
export const CloseIcon = () => <Icon><path d="m3.5 3.5 9 9m0-9-9 9" /></Icon>;
export const PlusIcon = () => <Icon><path d="M8 3v10M3 8h10" /></Icon>;
export const PersonIcon = () => <Icon><circle cx="8" cy="5.5" r="2.700" /><path d="M2.800 13.700c.6-2.600 2.700-4 5.200-4s4.600 1.400 5.200 4" /></Icon>;
export const LeaveIcon = () => <Icon><path d="M6.5 2.5H3v11h3.5M10 5l3 3-3 3m3-3H6.5" /></Icon>;
export const DeviceIcon = ({ size = 16 }: { size?: number }) => <Icon size={size}><rect x="3" y="1.5" width="10" height="13" rx="1.800" /><path d="M7 12.300h2" /></Icon>;

export function Logo() {
  return (
    <svg className="logo" width="36" height="36" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="logo-ground" width="32" height="32" rx="8" />
      <rect className="logo-front" x="7" y="9" width="11" height="15" rx="2.5" fill="none" strokeWidth="2" />
      <path className="logo-back" d="M14 7h8.5a2.5 2.5 0 0 1 2.5 2.5V21" fill="none" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
