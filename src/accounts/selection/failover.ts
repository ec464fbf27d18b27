import { orAborted } from '../../base/async';
import { KiroError } from '../../base/errors';
import type { Account } from '../account';
import type { HealthRecorder } from '../health';
import type { Asked, Choice, Rotation } from './rotation';

export interface FailoverDeps {
  rotation: Rotation;
  health: HealthRecorder;
  /** Hears of a request that goes to another account than the one whose turn it was. */
  onPassedOn: (choice: Required<Choice>) => void;
  /** Hears of a request that failed, and that nobody stopped. */
  onFailed: (accountId: string, error: KiroError) => void;
  reportFailure: (error: unknown) => void;
}

/** Replies from the account whose turn it is; what they show about accounts is kept. */
export class Failover {
  constructor(private readonly deps: FailoverDeps) {}

  /**
   * The reply that `ask` gets with an account. Where the model is that of the `active` account, one that fails
   * before any part may leave the request to the next; a `named` account is asked alone. Throws what `ask` throws, and as
   * `Rotation`.
   */
  async *reply<Part>(
    asked: Asked & { follows: 'active' | 'named' },
    ask: (account: Pick<Account, 'id' | 'profileArn'>) => AsyncIterable<Part> | Promise<AsyncIterable<Part>>,
    signal: AbortSignal,
  ): AsyncGenerator<Part> {
    const isNamed = asked.follows === 'named';
    const tried: string[] = [];
    let next = isNamed
      ? { id: asked.accountId }
      : this.chosen(await orAborted(this.deps.rotation.first(asked), signal));
    for (;;) {
      tried.push(next.id);
      let began = false;
      try {
        for await (const part of await ask(next)) {
          began = true;
          yield part;
        }
      } catch (error) {
        if (signal.aborted) throw error;
        await this.failed(next.id, error, signal);
        const choice = began || isNamed ? undefined : await this.after(error, asked, tried, signal);
        if (!choice) throw error;
        next = this.chosen(choice);
        continue;
      }
      await this.kept(this.deps.health.answered(next.id), signal);
      return;
    }
  }

  private chosen({ account, insteadOf }: Choice): Account {
    if (insteadOf) this.deps.onPassedOn({ account, insteadOf });
    return account;
  }

  private async failed(accountId: string, error: unknown, signal: AbortSignal): Promise<void> {
    if (!(error instanceof KiroError)) return;
    this.deps.onFailed(accountId, error);
    await this.kept(this.deps.health.failed(accountId, error), signal);
  }

  // Where nobody can be asked for the next account, the failure is what the person has to read.
  private async after(
    error: unknown,
    asked: Asked,
    tried: readonly string[],
    signal: AbortSignal,
  ): Promise<Choice | undefined> {
    return await orAborted(this.deps.rotation.next(asked, tried, error), signal).catch((another: unknown) => {
      if (signal.aborted) throw another;
      this.deps.reportFailure(another);
      return undefined;
    });
  }

  // Where this cannot be stored, the reply and the person's reason to read are what they are all the same.
  private async kept(note: Promise<void>, signal: AbortSignal): Promise<void> {
    await orAborted(note.catch(this.deps.reportFailure), signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
  }
}
