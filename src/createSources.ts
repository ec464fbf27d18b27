import { type NewLogin, NewLogins, type Seen } from './accounts/linked/newLogins';
import { SourceWatcher } from './accounts/linked/sourceWatcher';
import type { Accounts } from './createAccounts';
import type { Ui } from './createUi';
import type { Host } from './host';
import { findKiroCliLogins } from './import/kiroCli/kiroCliDatabase';
import { kiroCliDatabaseCandidates } from './import/paths';

const seenKey = 'kiroModels.loginsOfKiroCli';

/** Keeps up with Kiro CLI and the Kiro IDE, which some account came from. Loaded for the first of those. */
export async function watchSources(host: Host, accounts: Accounts, ui: Ui): Promise<SourceWatcher> {
  const { store, sessions, isHere, lock } = accounts;
  const { identity } = await accounts.tokens();
  const { memento, settings, errors, machine, now, log } = host;
  const addLogin = async (found: NewLogin) => (await ui.signIn()).onboarding.addWithProgress(found);
  const newLogins = new NewLogins({
    identity,
    read: (signal) =>
      findKiroCliLogins(kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()), { now, signal }),
    onNewLogin: (found, reread) =>
      settings.kiroCliWatch() === 'ask'
        ? ui.notices.newLogin(found, reread)
        : addLogin(found).catch((error: unknown) => errors.show(error)),
    seen: {
      get: () => memento.get<Seen>(seenKey),
      set: (seen) => memento.update(seenKey, seen),
    },
    isIgnored: (one) => ui.notices.isIgnored(one),
    lock,
    logger: log,
  });
  return new SourceWatcher({
    accounts: store,
    sessions,
    newLogins,
    isFollowed: (kind) => kind !== 'kiro-cli' || settings.kiroCliWatch() !== 'off',
    isHere,
    note: (error) => errors.note(error),
    logger: log,
  });
}
