/**
 * How an account gets new tokens, and when: `TokenRefresher` below is the only way, and its rule is the list above it. How a
 * service is asked stands in `auth/`.
 */
import type { Login, Tokens } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import { sleep } from '../../base/async';
import { KiroError, needsSignIn } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { Account } from '../account';
import { healthy, isSignedOut, withHealth } from '../health';
import { compareLogins, sameClient, sameOrigin, sameTokens } from '../identity';
import { SourceReader, type SourceReaderDeps, type SourceState } from '../linked/sourceReader';
import { SourceWriter, type SourceWriterDeps } from '../linked/sourceWriter';
import type { AccountStore } from '../storage/accountStore';
import { MachineTurns, type MachineTurnsDeps } from './machineTurns';
import { withAdopted, withoutPendingWriteBack } from './tokenChanges';
import { UnstoredTokens, type UnstoredTokensDeps } from './unstoredTokens';

export interface TokenRefresherDeps
  extends SourceReaderDeps,
    SourceWriterDeps,
    UnstoredTokensDeps,
    MachineTurnsDeps {
  accounts: AccountStore;
  /** Asks for new tokens; throws as `refreshLogin`. */
  refresh: (login: Login, signal: AbortSignal) => Promise<Renewed>;
  /** Across windows and processes; without it, windows only see each other's outcome. */
  lock?: Lock;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface RefreshOptions {
  /** Ends waiting and reading. A request that may use up a refresh token is never cut off. */
  signal: AbortSignal;
  /** Another window or process is at it. */
  onHeld: () => void;
}

/** What somebody else got is used instead of a refresh of ours if it serves at least so long. */
const usefulMs = 60_000;
// Who used a shared refresh token first may need a moment to write down what it got: a program, or a window on another
// machine, which shares our secrets but not our locks.
const lateTries = 15;
const latePauseMs = 200;

/**
 * The one way an account gets new tokens:
 * 1. Its source goes first: what the other program has newer is adopted before anything is asked of the service.
 * 2. One refresh at a time, under the account's lock, after everything was read again.
 * 3. What the service answered is never cut off and never lost: nothing is spent before it is proven that its successor can
 *    be stored, that is done first, and until it is, it serves and nothing more is spent.
 * 4. Refused is not ended: somebody else may have been faster, so their tokens are waited for, then the login has ended.
 *    A refresh token that was used or refused is sent by nobody again (`SpentTokens`).
 * 5. What a refresh used up in the source is replaced there, and stays pending until it is.
 */
export class TokenRefresher {
  private readonly source: SourceReader;
  private readonly sourceWriter: SourceWriter;
  private readonly unstored: UnstoredTokens;
  private readonly machines: MachineTurns;

  constructor(private readonly deps: TokenRefresherDeps) {
    this.source = new SourceReader(deps);
    this.sourceWriter = new SourceWriter(deps);
    this.unstored = new UnstoredTokens(deps);
    this.machines = new MachineTurns(deps);
  }

  /**
   * Takes over what the source has newer than we do, or has at all where our own has ended. Nothing is asked of the service
   * but whose it is.
   */
  async adoptFromSource(id: string, signal: AbortSignal): Promise<Account> {
    await this.settle(signal);
    const account = await this.stored(id);
    const { newer } = await this.sourceState(account, signal);
    if (!newer) return account;
    const isWanted = isSignedOut(account) || newer.tokens.expiresAt > account.tokens.expiresAt;
    return isWanted ? await this.adopted(account, newer) : account;
  }

  /**
   * The account with other tokens than the stale one: another window's, its source's, or else new ones. Throws KiroError
   * `signed-out` or `registration-expired` for an account that has ended, what `refresh` throws, or `timeout`.
   */
  async refresh(stale: Account, { signal, onHeld }: RefreshOptions): Promise<Account> {
    const { lock = unlocked } = this.deps;
    const isNewer = ({ tokens }: Account) => tokens.access !== stale.tokens.access && this.isUseful(tokens);
    const newest = async () =>
      (await this.unstored.serving(stale.id)) ?? alive(await this.adoptFromSource(stale.id, signal));
    const before = await newest();
    if (isNewer(before)) return before;
    const instead = async () => {
      const stored = alive(await this.stored(stale.id));
      return isNewer(stored) ? stored : undefined;
    };
    return await lock.hold(stale.id, { signal, onHeld, instead }, async () => {
      const account = await newest();
      return isNewer(account) ? account : await this.refreshed(account, signal);
    });
  }

  /**
   * A person wants to know whether an account that has ended works again: what it kept is tried once more, unless it was
   * refused before, and so is what its source has. Throws as `refresh`.
   */
  async revive(id: string, signal: AbortSignal): Promise<Account> {
    const { lock = unlocked } = this.deps;
    return await lock.hold(id, { signal }, async () => {
      const account = await this.adoptFromSource(id, signal);
      return isSignedOut(account) ? await this.refreshed(account, signal) : account;
    });
  }

  /** Whether new tokens of an account wait to be written back to its source. */
  hasPendingWriteBack(account: Account): boolean {
    return this.sourceWriter.isPending(account);
  }

  /** Gives sources on this machine what they are owed of logins that no account has any more. Throws KiroError `storage`. */
  async settle(signal: AbortSignal): Promise<void> {
    const { accounts } = this.deps;
    for (const debt of await accounts.debts()) {
      const isDone = !this.sourceWriter.isAllowed() || (await this.sourceWriter.write(debt, signal));
      if (isDone) await accounts.paid(debt.id);
    }
  }

  /** Writes back what is pending, alone. */
  async writeBack(id: string, signal: AbortSignal): Promise<void> {
    const { lock = unlocked } = this.deps;
    if (!this.hasPendingWriteBack(await this.stored(id))) return;
    const instead = async () => (this.hasPendingWriteBack(await this.stored(id)) ? undefined : true);
    await lock.hold(id, { signal, instead }, async () => {
      await this.writtenBack(await this.stored(id), signal);
      return true;
    });
  }

  private isUseful({ expiresAt }: Tokens): boolean {
    return expiresAt - this.deps.now() > usefulMs;
  }

  private async refreshed(account: Account, signal: AbortSignal): Promise<Account> {
    try {
      return await this.asked(account);
    } catch (error) {
      // Nothing renews an API key, and one rejected request does not end it.
      if (!needsSignIn(error) || error.code === 'token-rejected') throw error;
      const rotated = await this.rotatedSince(account, signal);
      if (!rotated) return await this.ended(account, error);
      if (this.isUseful(rotated.tokens)) return rotated;
      return await this.asked(rotated).catch((second: unknown) => this.ended(rotated, second));
    }
  }

  // A service that has answered has used the refresh token up: neither a caller nor the end of this window cuts it off.
  private async asked(account: Account): Promise<Account> {
    const { signal } = new AbortController();
    await this.unstored.storeAll();
    const faster = await this.machines.turnOf(account, signal);
    if (faster) return faster;
    try {
      this.unstored.add(account, await this.deps.refresh(account, signal));
    } catch (error) {
      // One that was refused stays claimed until the account says so.
      if (!needsSignIn(error)) await this.machines.release(account);
      throw error;
    }
    const serving = await this.unstored.serving(account.id);
    if (serving) return serving;
    const stored = await this.stored(account.id);
    await this.writtenBack(stored, signal);
    return stored;
  }

  /** The account with what somebody else got, whose refresh token was not the one that was refused. */
  private async rotatedSince(refused: Account, signal: AbortSignal): Promise<Account | undefined> {
    const { wait = sleep } = this.deps;
    for (let tried = 1; ; tried++) {
      const stored = await this.stored(refused.id);
      if (!sameTokens(stored.tokens, refused.tokens)) return stored;
      const { newer, unproven } = await this.sourceState(stored, signal);
      if (newer) return await this.adopted(stored, newer);
      if (unproven) return await this.redeemed(stored, unproven, signal);
      if (tried === lateTries) return undefined;
      await wait(latePauseMs, signal);
    }
  }

  /** Rethrows; where only a new sign-in helps, the account says so from now on. */
  private async ended({ id, tokens }: Account, error: unknown): Promise<never> {
    if (needsSignIn(error)) {
      const health = error.code === 'registration-expired' ? error.code : 'signed-out';
      const since = this.deps.now();
      const finding = { health, seenOn: tokens, reason: error.reason, since, isRefused: true } as const;
      // A token that is not sent again shows nothing new about a login that has ended before.
      const isOld = (account: Account) => error.reason === 'spent' && isSignedOut(account);
      await this.deps.accounts.update(id, (account) =>
        isOld(account) ? account : withHealth(account, finding),
      );
    }
    throw error;
  }

  private async writtenBack(account: Account, signal: AbortSignal): Promise<void> {
    const { id, sourceHolds } = account;
    if (await this.sourceWriter.write(account, signal))
      await this.deps.accounts.update(id, withoutPendingWriteBack(sourceHolds));
  }

  // While nobody used the other program, its token ended, and an ended token tells nobody whose it is. It is refreshed in
  // the program's stead, which has the new one at once, whoever it turns out to be.
  private async redeemed(
    account: Account,
    unproven: Login,
    signal: AbortSignal,
  ): Promise<Account | undefined> {
    const { accounts, identity } = this.deps;
    const renewed = await this.refreshedInItsStead(account, unproven);
    if (!renewed) return undefined;
    const login = { ...unproven, tokens: renewed.tokens };
    const sourceHolds = unproven.tokens.refresh;
    const debt = { ...healthy(account), ...login, sourceHolds };
    const isGivenBack = await this.sourceWriter.write(debt, new AbortController().signal);
    const debtId = isGivenBack ? undefined : await accounts.owe(debt);
    const owner = await identity.whoseIs(login, signal);
    if (owner.kind !== 'account' || owner.account.id !== account.id) return undefined;
    const adopt = withAdopted(account.tokens, login);
    const adopted = await accounts.update(account.id, (stored) => ({
      ...adopt(stored),
      sourceHolds: debtId && sourceHolds,
    }));
    if (debtId) await accounts.paid(debtId);
    return adopted;
  }

  private async refreshedInItsStead(account: Account, unproven: Login): Promise<Renewed | undefined> {
    const { refresh, canWrite } = this.deps;
    const { grant, tokens } = unproven;
    const mayBeOurs = compareLogins(account, unproven) !== 'different' && sameClient(account.grant, grant);
    if (!mayBeOurs || tokens.refresh === undefined || !this.sourceWriter.isAllowed()) return undefined;
    if ((await canWrite?.(account)) === false) return undefined;
    return await refresh(unproven, new AbortController().signal).catch((error: unknown) => {
      if (needsSignIn(error)) return undefined;
      throw error;
    });
  }

  /** What the source holds; what is wrong there is kept with the account, for the person to see. */
  private async sourceState(account: Account, signal: AbortSignal): Promise<SourceState> {
    const { id, origin, sourceProblem } = account;
    const state = await this.source.read(account, signal);
    const { problem } = state;
    if (problem !== sourceProblem) {
      await this.deps.accounts.update(id, (stored) =>
        sameOrigin(stored.origin, origin) ? { ...stored, sourceProblem: problem } : stored,
      );
    }
    return state;
  }

  private async adopted({ id, tokens }: Account, newer: Login): Promise<Account> {
    return present(await this.deps.accounts.update(id, withAdopted(tokens, newer)));
  }

  private async stored(id: string): Promise<Account> {
    return present(await this.deps.accounts.find(id));
  }
}

function present(account: Account | undefined): Account {
  if (!account) throw new KiroError('signed-out', { reason: 'account-gone' });
  return account;
}

function alive(account: Account): Account {
  if (!isSignedOut(account)) return account;
  const code = account.health === 'registration-expired' ? account.health : 'signed-out';
  throw new KiroError(code, { reason: 'login-ended' });
}
