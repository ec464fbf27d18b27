import type { Origin } from './accounts/account';
import { Identity } from './accounts/identity';
import { isWritable, readSource, writeToSource } from './accounts/linked/linkedSource';
import type { AccountStore } from './accounts/storage/accountStore';
import { LoginSession } from './accounts/tokens/loginSession';
import { TokenRefresher } from './accounts/tokens/tokenRefresher';
import type { Login } from './auth/credentials';
import { refreshLogin, revokeLogin } from './auth/refresh';
import { authTimeoutMs } from './auth/tokenEndpoint';
import { timeLimit } from './base/async';
import type { FileLock } from './base/fileLock';
import type { Transport } from './createService';
import type { Host } from './host';
import { Management } from './kiro/account/management';
import { whoseLogin } from './kiro/account/whose';

/** What the accounts share with whoever looks after their tokens. */
export interface TokenParts {
  store: AccountStore;
  lock: FileLock;
  machineId: () => string;
  isHere: (origin: Origin) => boolean;
  transport: Transport;
}

export type Tokens = ReturnType<typeof createTokens>;

/** How the tokens of accounts are renewed, and whose a login is. Loaded when a token ends or a login comes. */
export function createTokens(host: Host, { store, lock, machineId, isHere, transport }: TokenParts) {
  const { settings, machine, spent, now, log } = host;
  const identify = (login: Login, signal: AbortSignal) => {
    const managementFor = (profileArn: string | undefined) =>
      new Management(transport(new LoginSession({ ...login, profileArn }, settings.region())));
    return whoseLogin(managementFor, login.profileArn, signal);
  };
  const authCall = (signal: AbortSignal) => ({ ...host.authCall(signal), prove: () => store.prove() });
  const revoke = (login: Login) => revokeLogin(login, authCall(timeLimit(authTimeoutMs)), log);
  // Whoever wants nothing written back need not hear that it cannot be.
  const canWrite = async (origin: Origin) => settings.writeBack() === 'off' || (await isWritable(origin));
  const identity = new Identity({ accounts: store, identify, now, logger: log });
  const refresher = new TokenRefresher({
    accounts: store,
    refresh: (login, signal) => refreshLogin(login, authCall(signal)),
    readSource: (account, signal) => readSource(account, { machine, now, signal }),
    writeToSource: (account, update, signal) => writeToSource(account, update, { signal }),
    canWrite: ({ origin }) => canWrite(origin),
    isHere,
    machine: machineId(),
    isRemote: host.isRemote,
    writeBackPolicy: () => settings.writeBack(),
    isSpent: ({ grant, tokens }) => spent.has(grant, tokens.refresh ?? ''),
    revoke,
    identity,
    lock,
    now,
    logger: log,
  });
  return { refresher, identity, identify, canWrite, authCall, revoke };
}
