import type { Login, Tokens } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import { sleep } from '../../base/async';
import { KiroError, needsSignIn } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { Account } from '../account';
import { Following, type FollowingDeps } from '../linked/following';
import type { WriteBack } from '../linked/writeBack';
import type { AccountStore } from '../storage/accountStore';
import { isDead, sameTokens } from '../storage/changes';

export interface RenewalDeps extends FollowingDeps {
  accounts: AccountStore;
  refresh: (login: Login, signal: AbortSignal) => Promise<Renewed>;
  /** Across windows and processes; without it, windows only see each other's outcome. */
  lock?: Lock;
  /** For linked accounts; without it their renewed tokens stay ours alone. */
  writeBack?: WriteBack;
  wait?: typeof sleep;
}

export interface RenewalOptions {
  /** Ends waiting and reading. A request that may use up a refresh token is never cut off. */
  signal: AbortSignal;
  /** Another window or process is at it. */
  onHeld: () => void;
}

/** What somebody else renewed is taken over if it serves at least so long. */
const usefulMs = 60_000;
// Who used a shared refresh token first may need a moment to write down what it got: a program, or a window on another
// machine, which shares our secrets but neither locks nor revisions.
const lateTries = 15;
const latePauseMs = 200;

/** The one way an account gets new tokens. */
export class Renewal {
  private readonly following: Following;
  /** Tokens the store would not take: lost with them would be the login. */
  private readonly unstored = new Map<string, { madeFrom: Tokens; renewed: Renewed }>();

  constructor(private readonly deps: RenewalDeps) {
    this.following = new Following(deps);
  }

  /**
   * The account with other tokens than the stale one: another window's, its source's, or else new ones. Throws KiroError
   * `signed-out` or `registration-expired` for an account that has ended, what `refresh` throws, or `timeout`.
   */
  async renew(stale: Account, { signal, onHeld }: RenewalOptions): Promise<Account> {
    const { lock = unlocked } = this.deps;
    const before = await this.newest(stale, signal);
    if (this.replaces(before, stale)) return before;
    const instead = async () => {
      const stored = living(await this.stored(stale.id));
      return this.replaces(stored, stale) ? stored : undefined;
    };
    return await lock.hold(stale.id, { signal, onHeld, instead }, async () => {
      const account = await this.newest(stale, signal);
      return this.replaces(account, stale) ? account : await this.renewed(account, signal);
    });
  }

  /** Takes over what the linked place has newer than we do. Nothing is asked of the service but, if need be, whose it is. */
  async adopt(id: string, signal: AbortSignal): Promise<Account> {
    const account = await this.stored(id);
    const found = await this.newsOf(account, signal);
    return found && isLater(found, account) ? await this.taken(account, found) : account;
  }

  /** Writes back what is owed to the linked place, alone. */
  async settle(id: string, { signal, onHeld }: RenewalOptions): Promise<void> {
    const { lock = unlocked, writeBack } = this.deps;
    if (!writeBack?.owes(await this.stored(id))) return;
    const instead = async () => (writeBack.owes(await this.stored(id)) ? undefined : true);
    await lock.hold(id, { signal, onHeld, instead }, async () => {
      await writeBack.settle(await this.stored(id), signal);
      return true;
    });
  }

  private async newest(stale: Account, signal: AbortSignal): Promise<Account> {
    await this.storeLate(stale.id);
    return living(await this.adopt(stale.id, signal));
  }

  private replaces(account: Account, { tokens }: Account): boolean {
    return account.tokens.access !== tokens.access && account.tokens.expiresAt - this.deps.now() > usefulMs;
  }

  private async renewed(account: Account, signal: AbortSignal): Promise<Account> {
    try {
      return await this.refreshed(account);
    } catch (error) {
      // Nothing renews an API key, and one rejected request does not end it.
      if (!needsSignIn(error) || error.code === 'token-rejected') throw error;
      const rotated = await this.rotatedSince(account, signal);
      if (!rotated) return await this.ended(account, error);
      if (rotated.tokens.expiresAt - this.deps.now() > usefulMs) return rotated;
      return await this.refreshed(rotated).catch((second: unknown) => this.ended(rotated, second));
    }
  }

  /** A refused refresh token may only mean that somebody else used it first: the account with what they got for it. */
  private async rotatedSince(refused: Account, signal: AbortSignal): Promise<Account | undefined> {
    const { wait = sleep } = this.deps;
    for (let tried = 1; ; tried++) {
      const stored = await this.stored(refused.id);
      if (!sameTokens(stored.tokens, refused.tokens)) return stored;
      const found = await this.newsOf(stored, signal);
      if (found) return await this.taken(stored, found);
      if (tried === lateTries) return undefined;
      await wait(latePauseMs, signal);
    }
  }

  /** Rethrows; where only a new sign-in helps, the account says so from now on. */
  private async ended(account: Account, error: unknown): Promise<never> {
    if (needsSignIn(error)) {
      const health = error.code === 'registration-expired' ? error.code : 'signed-out';
      await this.deps.accounts.setHealth(account.id, account.tokens, health, { reason: error.reason });
    }
    throw error;
  }

  // A service that has answered has used the refresh token up: neither a caller nor the end of this window cuts it off.
  private async refreshed(account: Account): Promise<Account> {
    const { signal } = new AbortController();
    const renewed = await this.deps.refresh(account, signal);
    this.unstored.set(account.id, { madeFrom: account.tokens, renewed });
    await this.storeLate(account.id);
    const stored = await this.stored(account.id);
    await this.deps.writeBack?.settle(stored, signal);
    return stored;
  }

  private async storeLate(id: string): Promise<void> {
    const late = this.unstored.get(id);
    if (!late) return;
    await this.deps.accounts.replaceTokens(id, late.madeFrom, late.renewed, 'us');
    this.unstored.delete(id);
  }

  /** What the linked place has newer; what is wrong there is kept with the account, for the person to see. */
  private async newsOf(account: Account, signal: AbortSignal): Promise<Login | undefined> {
    const { id, origin, sourceProblem } = account;
    const { problem, news } = await this.following.look(account, signal);
    if (problem !== sourceProblem) await this.deps.accounts.setSourceProblem(id, origin, problem);
    return news;
  }

  private async taken(account: Account, found: Login): Promise<Account> {
    return present(await this.deps.accounts.replaceTokens(account.id, account.tokens, found, 'source'));
  }

  private async stored(id: string): Promise<Account> {
    return present(await this.deps.accounts.find(id));
  }
}

function present(account: Account | undefined): Account {
  if (!account) throw new KiroError('signed-out', { reason: 'account-gone' });
  return account;
}

function living(account: Account): Account {
  if (!isDead(account)) return account;
  const code = account.health === 'registration-expired' ? account.health : 'signed-out';
  throw new KiroError(code, { reason: 'login-ended' });
}

function isLater(found: Login, account: Account): boolean {
  return found.tokens.expiresAt > account.tokens.expiresAt;
}
