import type { Login } from '../auth/credentials';

/** Where a login came from. A linked one (anything but `own`) shares its tokens with another program. */
export type Origin =
  | { kind: 'own' }
  | { kind: 'kiro-cli'; database: string; key: string }
  | { kind: 'kiro-ide'; file: string };

export type Health = 'active' | 'signed-out' | 'registration-expired' | 'suspended' | 'out-of-credits';

export interface Account extends Login {
  id: string;
  label: string;
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
