import type { sleep } from '../../base/async';
import type { Disposable } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { Logger } from '../../base/logger';
import type { Account } from '../account';
import { healthAt, isSignedOut, withHealth } from '../health';
import type { AccountStore } from '../storage/accountStore';
import { RefreshSchedule, type RefreshScheduleDeps } from './refreshSchedule';
import { dueNotice, nextNoticeAt, type RegistrationWarning, withNotice } from './registrations';
import { defaultMarginMs, type Sessions } from './sessions';

export interface BackgroundRefreshDeps extends Pick<RefreshScheduleDeps, 'now' | 'random'> {
  accounts: AccountStore;
  sessions: Pick<Sessions, 'keepAlive'>;
  /** Gives other programs what they are owed of logins that are gone. Throws KiroError `storage`. */
  settle?: (signal: AbortSignal) => Promise<void>;
  /** How long before its expiry a token is refreshed, in milliseconds; the same as the sessions' one. */
  marginMs?: () => number;
  /** Whether new tokens still wait to be written back. */
  hasPendingWriteBack?: (account: Account) => boolean;
  /** The same as the sessions' one: it keeps two windows from giving the same notice. */
  lock?: Lock;
  /** Client registrations that end soon, each stage once. */
  onWarnings?: (warnings: readonly RegistrationWarning[]) => void;
  wait: typeof sleep;
  logger: Logger;
}

const mostAtOnce = 10;
// While the machine sleeps, no timer runs, and the window may be in front all the time: so the clock is looked at.
const glanceMs = 60_000;
// Whatever is overdue without anybody seeing to it must not turn sleeping into spinning.
const shortestSleepMs = 1000;
const storageRetryMs = 5 * 60_000;

/**
 * Keeps accounts signed in while nobody asks: each is refreshed when its time comes, however long it goes unused. It sleeps
 * until the next expiry, and with nothing to expire until something changes. Ended and suspended accounts are left alone.
 */
export class BackgroundRefresh implements Disposable {
  private readonly schedule: RefreshSchedule;
  private readonly closing = new AbortController();
  private readonly changes: Disposable;
  private sleeping: AbortController | undefined;
  private isAwake = false;

  constructor(private readonly deps: BackgroundRefreshDeps) {
    const { marginMs = () => defaultMarginMs, hasPendingWriteBack = () => false } = deps;
    this.schedule = new RefreshSchedule({ ...deps, marginMs, hasPendingWriteBack });
    this.changes = deps.accounts.onDidChange(() => this.wake());
  }

  /** Keeps accounts until it is disposed of. Settles then; rejects for nothing but a bug. */
  async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      this.isAwake = false;
      const next = await this.round();
      await this.sleepUntil(next);
    }
  }

  /** The person or the machine is back: looks at once, and does not wait out the pauses after failures. */
  hurry(): void {
    this.schedule.hurry();
    this.wake();
  }

  dispose(): void {
    this.changes.dispose();
    this.closing.abort();
    this.wake();
  }

  private wake(): void {
    this.isAwake = true;
    this.sleeping?.abort();
  }

  private async sleepUntil(moment: number): Promise<void> {
    if (this.isAwake) return;
    this.sleeping = new AbortController();
    const { signal } = this.sleeping;
    const { now, wait } = this.deps;
    const end = Math.max(moment, now() + shortestSleepMs);
    try {
      if (end === Infinity) await aborted(signal);
      while (now() < end && !signal.aborted) await wait(Math.min(glanceMs, end - now()), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.sleeping = undefined;
    }
  }

  /** Does what is due; answers when the next thing is, in epoch milliseconds. */
  private async round(): Promise<number> {
    const { accounts, now, logger } = this.deps;
    try {
      await this.deps.settle?.(this.closing.signal);
      const listed = await accounts.list();
      await this.endConditions(listed);
      const due = listed.filter((account) => this.schedule.dueAt(account) <= now());
      const queue = due.values();
      const worker = async () => {
        for (const account of queue) await this.keep(account);
      };
      await Promise.all(Array.from({ length: Math.min(mostAtOnce, due.length) }, worker));
      await this.warn(due.length > 0 ? await accounts.list() : listed);
      return Math.min(Infinity, ...(await accounts.list()).map((account) => this.nextAt(account)));
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.warn(`Accounts cannot be kept signed in for now (${error.message}).`);
      return now() + storageRetryMs;
    }
  }

  /** When an account wants anything at all: care, a notice, or the end of a condition. */
  private nextAt(account: Account): number {
    const { now, onWarnings } = this.deps;
    const noticeAt = onWarnings && nextNoticeAt(account, now());
    const endsAt = isSignedOut(account) ? undefined : account.condition?.until;
    return Math.min(this.schedule.dueAt(account), noticeAt ?? Infinity, endsAt ?? Infinity);
  }

  private async keep({ id }: Account): Promise<void> {
    if (this.closing.signal.aborted) return;
    try {
      const account = await this.deps.sessions.keepAlive(id);
      this.schedule.succeeded(account);
    } catch (error) {
      if (this.closing.signal.aborted) return;
      if (!(error instanceof KiroError)) throw error;
      this.schedule.failed(id, error.retryAfterMs);
      this.deps.logger.info(`Account ${id} was not refreshed in the background (${error.message}).`);
    }
  }

  private async warn(listed: readonly Account[]): Promise<void> {
    const { accounts, now, lock = unlocked, onWarnings } = this.deps;
    const isDue = (account: Account) => dueNotice(account, now()) !== undefined;
    if (!onWarnings || !listed.some(isDue)) return;
    const give = async () => {
      const due = (await accounts.list()).map((account) => dueNotice(account, now()));
      const warnings = due.filter((warning) => warning !== undefined);
      for (const { account, stage } of warnings)
        await accounts.update(account.id, (one) => withNotice(one, stage));
      return warnings;
    };
    const options = {
      signal: this.closing.signal,
      instead: async () => ((await accounts.list()).some(isDue) ? undefined : []),
    };
    const warnings = await lock.hold('registrations', options, give);
    if (warnings.length) onWarnings(warnings);
  }

  private async endConditions(listed: readonly Account[]): Promise<void> {
    const { accounts, now } = this.deps;
    for (const account of listed) {
      if (isSignedOut(account) || healthAt(account, now()) === account.health) continue;
      await accounts.update(account.id, (one) =>
        withHealth(one, { health: healthAt(one, now()), since: now() }),
      );
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
