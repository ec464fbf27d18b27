import { healthAt } from '../accounts/health';
import type { AccountStore } from '../accounts/storage/accountStore';
import { isOrganization, profileRegion } from '../auth/credentials';
import { isRegion } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { Catalog } from '../kiro/account/catalog';
import type { Management } from '../kiro/account/management';
import type { SessionSource } from '../kiro/transport/session';
import { type Check, type Finding, none, ok, problem } from './examination';

export interface AccountDeps {
  accounts: Pick<AccountStore, 'list' | 'active' | 'unreadable'>;
  sessions: SessionSource;
  management: Pick<Management, 'profiles'>;
  catalog: Pick<Catalog, 'list' | 'refresh'>;
  /** The region for accounts whose profile does not tell, as it stands in the settings. */
  region: () => string;
  now: () => number;
}

/** The accounts, and what the service gives the active one. */
export function accountChecks(deps: AccountDeps): Check[] {
  return [
    { id: 'accounts', run: () => accountsAndHealth(deps) },
    { id: 'token', run: (signal) => token(deps, signal) },
    { id: 'profile', run: (signal) => profile(deps, signal) },
    { id: 'region', run: () => region(deps) },
    { id: 'catalog', run: (signal) => catalog(deps, signal) },
  ];
}

async function accountsAndHealth({ accounts, now }: AccountDeps): Promise<Finding[]> {
  const unreadable = await accounts.unreadable();
  const all = await accounts.list();
  const findings = all.map((account): Finding => {
    const isWell = healthAt(account, now()) === 'active' && account.sourceProblem === undefined;
    return { state: isWell ? 'ok' : 'problem', fact: { kind: 'account', account } };
  });
  if (unreadable) {
    const error = new KiroError('storage', { reason: unreadable.reason });
    return [problem({ kind: 'failed', error }), ...findings];
  }
  if (all.length === 0) return [problem({ kind: 'accounts', count: 0 })];
  return [ok({ kind: 'accounts', count: all.length }), ...findings];
}

async function token({ accounts, sessions }: AccountDeps, signal: AbortSignal): Promise<Finding> {
  const { accountId } = await sessions.current({ signal });
  const account = await accounts.active();
  const expiresAt =
    account?.id === accountId && account.grant.kind !== 'apiKey' ? account.tokens.expiresAt : undefined;
  return ok({ kind: 'token', expiresAt });
}

async function profile({ accounts, management }: AccountDeps, signal: AbortSignal): Promise<Finding> {
  const account = await accounts.active();
  if (!account) return none({ kind: 'no-account' });
  const { profileArn, grant } = account;
  if (!isOrganization(grant))
    return profileArn ? ok({ kind: 'profile' }) : none({ kind: 'profile-needless' });
  if (!profileArn) return problem({ kind: 'profile-missing' });
  const offered = await management.profiles({ accountId: account.id, signal });
  return offered.some(({ arn }) => arn === profileArn)
    ? ok({ kind: 'profile' })
    : problem({ kind: 'profile-gone' });
}

async function region({ accounts, region: configured }: AccountDeps): Promise<Finding> {
  const account = await accounts.active();
  if (!account) return none({ kind: 'no-account' });
  const ofProfile = account.profileArn && profileRegion(account.profileArn);
  const region = ofProfile || configured();
  if (!isRegion(region)) return problem({ kind: 'bad-setting', name: 'region' });
  if (/^(us-gov|cn|eusc)-/.test(region)) return none({ kind: 'region-unpublished', region });
  return ok({ kind: 'region', region, from: ofProfile ? 'profile' : 'setting' });
}

async function catalog({ accounts, catalog: models }: AccountDeps, signal: AbortSignal): Promise<Finding> {
  const account = await accounts.active();
  if (!account) return none({ kind: 'no-account' });
  await models.refresh(account, signal);
  return ok({ kind: 'catalog', count: models.list(account).models.length });
}
