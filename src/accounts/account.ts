import type { Login } from '../auth/credentials';

/** Where a login came from. A linked one (anything but `own`) shares its tokens with another program. */
export type Origin =
  | { kind: 'own' }
  | { kind: 'kiro-cli'; database: string; key: string }
  | { kind: 'kiro-ide'; file: string };

export const healths = [
  'active',
  'signed-out',
  'registration-expired',
  'suspended',
  'out-of-credits',
] as const;

export type Health = (typeof healths)[number];

export interface Account extends Login {
  id: string;
  label: string;
  /** The name of the chosen profile, where it is known. */
  profileName?: string | undefined;
  origin: Origin;
  health: Health;
  /** Epoch milliseconds. */
  addedAt: number;
}

/** The whole of what we keep, as ONE secret, so that the list and the choice change together. */
export interface AccountsDocument {
  version: 1;
  activeId?: string | undefined;
  accounts: Account[];
}
