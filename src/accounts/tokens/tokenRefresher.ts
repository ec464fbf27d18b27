import type { Login, Tokens } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import { sleep } from '../../base/async';
import { KiroError, needsSignIn } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { TokenUpdate, WriteBackOutcome } from '../../import/tokenMerge';
import type { Account } from '../account';
import { isSignedOut, withHealth } from '../health';
import { compareLogins, sameClient, sameOrigin, sameTokens } from '../identity';
import { SourceReader, type SourceReaderDeps, type SourceState } from '../linked/sourceReader';
import type { AccountStore } from '../storage/accountStore';
import { withAdopted, withoutPendingWriteBack, withRefreshed } from './tokenChanges';

export interface TokenRefresherDeps extends SourceReaderDeps {
  accounts: AccountStore;
  /** Asks for new tokens; throws as `refreshLogin`. */
  refresh: (login: Login, signal: AbortSignal) => Promise<Renewed>;
  /** Across windows and processes; without it, windows only see each other's outcome. */
  lock?: Lock;
  /** Puts new tokens into the source of a linked account. Without it they stay ours alone. */
  writeToSource?: (
    account: Pick<Account, 'origin'>,
    update: TokenUpdate,
    signal: AbortSignal,
  ) => Promise<WriteBackOutcome>;
  /** `off`: the other program is left with tokens that are used up. */
  writeBackPolicy?: () => 'on' | 'off';
  wait?: typeof sleep;
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
 * 3. What the service answered is never cut off and never lost: stored first, kept in memory until it is.
 * 4. Refused is not ended: somebody else may have been faster, so their tokens are waited for, then the login has ended.
 *    A refresh token that was used or refused is sent by nobody again (`SpentTokens`).
 * 5. What a refresh used up in the source is replaced there, and stays pending until it is.
 */
export class TokenRefresher {
  private readonly source: SourceReader;
  /** Tokens the store would not take: lost with them would be the login. */
  private readonly unstored = new Map<string, { madeFrom: Tokens; renewed: Renewed }>();
  /** Tokens that were refreshed for the source of an account and are not there yet. */
  private readonly unreturned = new Map<string, Pick<Account, 'origin'> & { update: TokenUpdate }>();

  constructor(private readonly deps: TokenRefresherDeps) {
    this.source = new SourceReader(deps);
  }

  /**
   * Takes over what the source has newer than we do, or has at all where our own has ended. Nothing is asked of the service
   * but whose it is.
   */
  async adoptFromSource(id: string, signal: AbortSignal): Promise<Account> {
    await this.giveBack(id, signal);
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
    const newest = async () => {
      await this.storeLate(stale.id);
      return alive(await this.adoptFromSource(stale.id, signal));
    };
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

  /** Whether new tokens are to be written back to the source of an account, and may be. */
  hasPendingWriteBack(account: Account): boolean {
    return this.mayWriteBack() && account.sourceHolds !== undefined && !isSignedOut(account);
  }

  /** Writes back what is pending, alone. */
  async writeBack(id: string, { signal, onHeld }: RefreshOptions): Promise<void> {
    const { lock = unlocked } = this.deps;
    if (!this.hasPendingWriteBack(await this.stored(id))) return;
    const instead = async () => (this.hasPendingWriteBack(await this.stored(id)) ? undefined : true);
    await lock.hold(id, { signal, onHeld, instead }, async () => {
      await this.writtenBack(await this.stored(id), signal);
      return true;
    });
  }

  private mayWriteBack(): boolean {
    const { writeToSource, writeBackPolicy } = this.deps;
    return writeToSource !== undefined && writeBackPolicy?.() !== 'off';
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
    const renewed = await this.deps.refresh(account, signal);
    this.unstored.set(account.id, { madeFrom: account.tokens, renewed });
    await this.storeLate(account.id);
    const stored = await this.stored(account.id);
    await this.writtenBack(stored, signal);
    return stored;
  }

  private async storeLate(id: string): Promise<void> {
    const late = this.unstored.get(id);
    if (!late) return;
    await this.deps.accounts.update(id, withRefreshed(late.madeFrom, late.renewed));
    this.unstored.delete(id);
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
      const finding = { health, seenOn: tokens, reason: error.reason, since: this.deps.now() } as const;
      await this.deps.accounts.update(id, (account) => withHealth(account, finding));
    }
    throw error;
  }

  // The tokens are in our own store before this is tried, so a failure loses nothing: it is logged, and remains pending.
  private async writtenBack(account: Account, signal: AbortSignal): Promise<void> {
    const { id, sourceHolds: held, tokens, profileArn, origin } = account;
    const { accounts, logger } = this.deps;
    if (held === undefined || !this.hasPendingWriteBack(account)) return;
    try {
      const outcome = await this.putBack(account, { held, tokens, profileArn }, signal);
      await accounts.update(id, withoutPendingWriteBack(held));
      logger.debug(`New tokens of account ${id}: ${outcome} in its ${origin.kind} source.`);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.warn(`New tokens of account ${id} could not be written back yet (${error.message}).`);
    }
  }

  // What is there may be something else of ours that is used up, and would sign the other program out as well.
  private async putBack(
    account: Account,
    update: TokenUpdate,
    signal: AbortSignal,
  ): Promise<WriteBackOutcome> {
    const { writeToSource, readSource, isSpent } = this.deps;
    if (!writeToSource) return 'gone';
    const outcome = await writeToSource(account, update, signal);
    const found = outcome === 'other' ? await readSource(account, signal) : undefined;
    if (!found?.tokens.refresh || !(await isSpent?.(found))) return outcome;
    return await writeToSource(account, { ...update, held: found.tokens.refresh }, signal);
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
    const held = unproven.tokens.refresh ?? '';
    const debt = { origin: account.origin, update: { held, ...renewed } };
    this.unreturned.set(account.id, debt);
    await this.giveBack(account.id, signal);
    const login = { ...unproven, tokens: renewed.tokens };
    const owner = await identity.whoseIs(login, signal);
    if (owner.kind !== 'account' || owner.account.id !== account.id) return undefined;
    const sourceHolds = this.unreturned.delete(account.id) ? held : undefined;
    const adopt = withAdopted(account.tokens, login);
    return await accounts.update(account.id, (stored) => ({ ...adopt(stored), sourceHolds }));
  }

  private async refreshedInItsStead(account: Account, unproven: Login): Promise<Renewed | undefined> {
    const { refresh } = this.deps;
    const { grant, tokens } = unproven;
    const mayBeOurs = compareLogins(account, unproven) !== 'different' && sameClient(account.grant, grant);
    if (!mayBeOurs || tokens.refresh === undefined || !this.mayWriteBack()) return undefined;
    return await refresh(unproven, new AbortController().signal).catch((error: unknown) => {
      if (needsSignIn(error)) return undefined;
      throw error;
    });
  }

  /** Puts tokens that are another's into the source they belong to, as soon as that is possible. */
  private async giveBack(id: string, signal: AbortSignal): Promise<void> {
    const { writeToSource, logger } = this.deps;
    const debt = this.unreturned.get(id);
    if (!debt || !writeToSource) return;
    try {
      await writeToSource(debt, debt.update, signal);
      this.unreturned.delete(id);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.warn(`New tokens could not be given to the source of account ${id} yet (${error.message}).`);
    }
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
