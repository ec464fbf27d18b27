import { NewLogins, type NewLoginsDeps } from '../../accounts/linked/newLogins';
import { SourceFollower, type SourceFollowerDeps } from '../../accounts/linked/sourceFollower';
import type { AccountStore } from '../../accounts/storage/accountStore';
import type { Logger } from '../../base/logger';
import { findKiroCliLogins } from '../../import/kiroCli/kiroCliDatabase';
import { kiroCliDatabaseCandidates, type Machine } from '../../import/paths';
import type { ErrorReporter } from '../errorReporter';
import type { Settings } from '../settings';
import type { Onboarding } from '../signIn/onboarding';
import type { AccountNotices } from './accountNotices';

export interface FollowDeps
  extends Pick<NewLoginsDeps, 'identify' | 'now'>,
    Pick<SourceFollowerDeps, 'sessions'> {
  accounts: AccountStore;
  notices: AccountNotices;
  onboarding: Onboarding;
  failures: ErrorReporter;
  settings: Settings;
  machine: Machine;
  log: Logger;
}

/** Keeps up with Kiro CLI and the Kiro IDE, once one of the accounts came from there. */
export function followSources(deps: FollowDeps): SourceFollower {
  const { accounts, sessions, notices, onboarding, failures, settings, machine, log } = deps;
  const newLogins = new NewLogins({
    ...deps,
    read: (signal) =>
      findKiroCliLogins(kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()), {
        now: deps.now,
        signal,
      }),
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
