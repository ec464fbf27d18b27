import type { AccountStore } from '../accounts/accountStore';
import { KiroCliFollower, type KiroCliFollowerParts } from '../accounts/kiroCliFollower';
import type { Disposable } from '../base/emitter';
import type { Logger } from '../base/logger';
import { FileWatch } from '../sources/fileWatch';
import { findKiroCliLogins } from '../sources/kiroCliDatabase';
import { kiroCliDatabaseCandidates, type Machine } from '../sources/paths';
import type { AccountNotices } from './accountNotices';
import type { Failures } from './failures';
import type { Onboarding } from './onboarding';
import type { Settings } from './settings';

export interface FollowParts extends Pick<KiroCliFollowerParts, 'sessions' | 'identify' | 'now'> {
  accounts: AccountStore;
  notices: AccountNotices;
  onboarding: Onboarding;
  failures: Failures;
  settings: Settings;
  machine: Machine;
  log: Logger;
}

const lookLimitMs = 60_000;

/**
 * Keeps up with Kiro CLI once one of the accounts came from it: whoever never imported from there is not watched for.
 * `look` looks at once, as after a sleep of the machine.
 */
export function followKiroCli(parts: FollowParts): Disposable & { look(): void } {
  const { accounts, notices, onboarding, failures, settings, machine, log } = parts;
  const candidates = () => kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath());
  const follower = new KiroCliFollower({
    ...parts,
    read: (signal) => findKiroCliLogins(candidates(), { signal }),
    mode: () => settings.kiroCliWatch(),
    onNewLogin: (found) => {
      if (settings.kiroCliWatch() === 'ask') notices.newLogin(found);
      else onboarding.addWithProgress(found).catch((error: unknown) => failures.show(error));
    },
    isIgnored: (identity) => notices.isIgnored(identity),
    logger: log,
  });
  let watch: FileWatch | undefined;
  const begin = async () => {
    const linked = (await accounts.list()).find(({ origin }) => origin.kind === 'kiro-cli');
    if (watch || linked?.origin.kind !== 'kiro-cli') return;
    const onChange = () => follower.look(AbortSignal.timeout(lookLimitMs));
    watch = new FileWatch({ path: linked.origin.database, onChange, logger: log });
    watch.start();
  };
  const beginning = () => void begin().catch((error: unknown) => failures.note(error));
  const subscription = accounts.onDidChange(beginning);
  beginning();
  return {
    look: () => watch?.look(),
    dispose: () => {
      subscription.dispose();
      watch?.dispose();
    },
  };
}
