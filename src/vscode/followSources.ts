import type { AccountStore } from '../accounts/accountStore';
import { NewLogins, type NewLoginsParts } from '../accounts/newLogins';
import { SourceFollower, type SourceFollowerParts } from '../accounts/sourceFollower';
import type { Logger } from '../base/logger';
import { findKiroCliLogins } from '../sources/kiroCliDatabase';
import { kiroCliDatabaseCandidates, type Machine } from '../sources/paths';
import type { AccountNotices } from './accountNotices';
import type { Failures } from './failures';
import type { Onboarding } from './onboarding';
import type { Settings } from './settings';

export interface FollowParts
  extends Pick<NewLoginsParts, 'identify' | 'now'>,
    Pick<SourceFollowerParts, 'sessions'> {
  accounts: AccountStore;
  notices: AccountNotices;
  onboarding: Onboarding;
  failures: Failures;
  settings: Settings;
  machine: Machine;
  log: Logger;
}

/** Keeps up with Kiro CLI and the Kiro IDE, once one of the accounts came from there. */
export function followSources(parts: FollowParts): SourceFollower {
  const { accounts, sessions, notices, onboarding, failures, settings, machine, log } = parts;
  const newLogins = new NewLogins({
    ...parts,
    read: (signal) =>
      findKiroCliLogins(kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()), { signal }),
    onNewLogin: (found) => {
      if (settings.kiroCliWatch() === 'ask') notices.newLogin(found);
      else onboarding.addWithProgress(found).catch((error: unknown) => failures.show(error));
    },
    isIgnored: (identity) => notices.isIgnored(identity),
    logger: log,
  });
  return new SourceFollower({
    accounts,
    sessions,
    newLogins,
    isFollowed: (kind) => kind !== 'kiro-cli' || settings.kiroCliWatch() !== 'off',
    note: (error) => failures.note(error),
    logger: log,
  });
}
