import { join } from 'node:path';
import type { Account, Origin } from './accounts/account';
import { HealthRecorder } from './accounts/health';
import { Identity, isHere } from './accounts/identity';
import { isWritable, readSource, writeToSource } from './accounts/linked/linkedSource';
import { Rotation } from './accounts/selection/rotation';
import { AccountStore } from './accounts/storage/accountStore';
import { SealedCopies } from './accounts/storage/sealedCopies';
import { LoginSession } from './accounts/tokens/loginSession';
import { Sessions } from './accounts/tokens/sessions';
import { TokenRefresher } from './accounts/tokens/tokenRefresher';
import type { Login } from './auth/credentials';
import { refreshLogin, revokeLogin } from './auth/refresh';
import { authTimeoutMs } from './auth/tokenEndpoint';
import { timeLimit } from './base/async';
import { FileLock } from './base/fileLock';
import { FileWatch } from './base/fileWatch';
import { machineIdIn } from './base/machineId';
import type { Kiro, Transport } from './createKiro';
import type { Host } from './host';
import { Management } from './kiro/account/management';
import { creditsReturn, usedPart } from './kiro/account/usage/credits';
import { whoseLogin } from './kiro/account/whose';

const settleLimitMs = 60_000;

export type Accounts = ReturnType<typeof createAccounts>;

/** The accounts as they are stored, and their sessions with Kiro. */
export function createAccounts(host: Host, transport: Transport) {
  const { context, settings, machine, isPage, spent, now, log, errors } = host;
  const shared = context.globalStorageUri.fsPath;
  const lock = new FileLock(join(shared, 'locks'), log);
  const copies = isPage ? new SealedCopies(context.secrets, join(shared, 'copies'), log) : undefined;
  const machineId = machineIdIn(shared);
  const isOnThisMachine = (origin: Origin) => isHere(origin, machineId);
  const store = new AccountStore(copies ?? context.secrets, now, undefined, { machine: machineId });
  const identify = (login: Login, signal: AbortSignal) => {
    const managementFor = (profileArn: string | undefined) =>
      new Management(transport(new LoginSession({ ...login, profileArn }, settings.region())));
    return whoseLogin(managementFor, login.profileArn, signal);
  };
  const authCall = (signal: AbortSignal) => ({ ...host.authCall(signal), prove: () => store.prove() });
  // Whoever wants nothing written back need not hear that it cannot be.
  const canWrite = async (origin: Origin) => settings.writeBack() === 'off' || (await isWritable(origin));
  const identity = new Identity({ accounts: store, identify, now, logger: log });
  const refresher = new TokenRefresher({
    accounts: store,
    refresh: (login, signal) => refreshLogin(login, authCall(signal)),
    readSource: (account, signal) => readSource(account, { machine, now, signal }),
    writeToSource: (account, update, signal) => writeToSource(account, update, { signal }),
    canWrite: ({ origin }) => canWrite(origin),
    isHere: isOnThisMachine,
    machine: machineId,
    isRemote: host.isRemote,
    writeBackPolicy: () => settings.writeBack(),
    isSpent: ({ grant, tokens }) => spent.has(grant, tokens.refresh ?? ''),
    revoke: (login) => revokeLogin(login, authCall(timeLimit(authTimeoutMs)), log),
    identity,
    lock,
    now,
    logger: log,
  });
  const settling = store.onDidOwe(() => {
    refresher.settle(timeLimit(settleLimitMs)).catch((error: unknown) => errors.note(error));
  });
  const sessions = new Sessions({
    accounts: store,
    refresher,
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
    refresher,
    sessions,
    identify,
    identity,
    isHere: isOnThisMachine,
    canWrite,
    authCall,
    lock,
    copies,
    otherPages,
  };
}

export type Selection = ReturnType<typeof createSelection>;

/** Which account answers, and what requests show about accounts. */
export function createSelection({ settings, now }: Host, { store }: Accounts, kiro: Kiro) {
  const { catalog, limits } = kiro;
  const creditsOf = (account: Account) => limits.get(account)?.credits;
  return {
    health: new HealthRecorder({
      accounts: store,
      creditsReturn: (account) => creditsReturn(creditsOf(account), now()),
      now,
    }),
    rotation: new Rotation({
      accounts: store,
      strategy: () => settings.accountStrategy(),
      failover: () => settings.failover(),
      offers: (account, modelId) => {
        const { models, source } = catalog.list(account);
        return source === 'live' && models.some(({ id }) => id === modelId);
      },
      used: (account) => usedPart(creditsOf(account)),
      now,
    }),
  };
}
