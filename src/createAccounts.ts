import { join } from 'node:path';
import type { Account, Origin } from './accounts/account';
import { HealthRecorder } from './accounts/health';
import { isHere } from './accounts/identity';
import { awaitsWriteBack } from './accounts/linked/sourceWriter';
import { AccountStore } from './accounts/storage/accountStore';
import { RemovalSignal } from './accounts/storage/removalSignal';
import { SealedCopies } from './accounts/storage/sealedCopies';
import { Sessions } from './accounts/tokens/sessions';
import { lazy, timeLimit } from './base/async';
import { FileLock } from './base/fileLock';
import { FileWatch } from './base/fileWatch';
import { machineIdIn } from './base/machineId';
import type { Kiro } from './createKiro';
import type { Transport } from './createService';
import type { Host } from './host';
import { creditsReturn } from './kiro/account/usage/credits';

const settleLimitMs = 60_000;

export type Accounts = ReturnType<typeof createAccounts>;

/** The accounts as they are stored, and their sessions with Kiro. */
export function createAccounts(host: Host, transport: () => Promise<Transport>) {
  const { context, settings, isPage, now, log, errors } = host;
  const shared = context.globalStorageUri.fsPath;
  const lock = new FileLock(join(shared, 'locks'), log);
  const copies = isPage ? new SealedCopies(context.secrets, join(shared, 'copies'), log) : undefined;
  let id: string | undefined;
  const machineId = () => {
    id ??= machineIdIn(shared);
    return id;
  };
  const isOnThisMachine = (origin: Origin) => isHere(origin, machineId());
  const store = new AccountStore(copies ?? context.secrets, now, undefined, {
    get machine() {
      return machineId();
    },
  });
  const tokens = lazy(async () => {
    const [{ createTokens }, reach] = await Promise.all([import('./createTokens'), transport()]);
    return createTokens(host, { store, lock, machineId, isHere: isOnThisMachine, transport: reach });
  });
  const settle = async (signal: AbortSignal) => {
    if ((await store.debts()).length > 0) await (await tokens()).refresher.settle(signal);
  };
  const settling = store.onDidOwe(() => {
    settle(timeLimit(settleLimitMs)).catch((error: unknown) => errors.note(error));
  });
  const sessions = new Sessions({
    accounts: store,
    refresher: {
      refresh: async (stale, options) => (await tokens()).refresher.refresh(stale, options),
      revive: async (id, signal) => (await tokens()).refresher.revive(id, signal),
      writeBack: async (id, signal) => (await tokens()).refresher.writeBack(id, signal),
      adoptFromSource: async (id, signal) => (await tokens()).refresher.adoptFromSource(id, signal),
    },
    now,
    logger: log,
    marginMs: () => settings.refreshMarginMs(),
    defaultRegion: () => settings.region(),
  });
  const otherPages =
    copies &&
    new FileWatch({
      path: copies.changeFile,
      onChange: async () => store.lookAgain(),
      logger: log,
    });
  context.subscriptions.push(
    store,
    settling,
    sessions,
    ...(copies && otherPages ? [copies, otherPages] : []),
  );
  return {
    store,
    sessions,
    tokens,
    settle,
    isHere: isOnThisMachine,
    hasPendingWriteBack: (account: Account) =>
      settings.writeBack() === 'on' && awaitsWriteBack(account, isOnThisMachine),
    lock,
    copies,
    otherPages,
  };
}

/** How this window hears that all data was removed, in it or in another one. */
export function createRemovalSignal(
  { context, errors }: Host,
  { copies, store }: Accounts,
  startOver: () => void,
): RemovalSignal {
  const note = (error: unknown) => errors.note(error);
  const removal = new RemovalSignal(copies ?? context.secrets, startOver, note);
  // A page in a browser hears of no secret of another page, but of the files beside them.
  const look = copies && store.onDidChange(() => removal.look());
  context.subscriptions.push(removal, ...(look ? [look] : []));
  return removal;
}

/** What requests show about accounts. */
export function createHealth({ now }: Host, { store }: Accounts, { limits }: Kiro): HealthRecorder {
  return new HealthRecorder({
    accounts: store,
    creditsReturn: (account) => creditsReturn(limits.get(account)?.credits, now()),
    now,
  });
}
