import type { Account } from '../../accounts/account';
import type { Standings } from '../../accounts/health';
import type { Asked, Choice, Rotation } from '../../accounts/selection/rotation';
import { KiroError } from '../../base/errors';
import type { Catalog } from '../../kiro/account/catalog';
import type { Model } from '../../kiro/account/models';
import type { KiroClient } from '../../kiro/chat/client';
import type { ChatRequest, ReplyPart } from '../../kiro/chat/conversation';

export interface AnswersDeps {
  client: KiroClient;
  rotation: Rotation;
  catalog: Catalog;
  standings: Standings;
  /** A request goes to another account than the one whose turn it was. */
  onPassedOn: (from: Account, to: Account) => void;
  reportFailure: (error: unknown) => void;
}

/** A model as it was picked: the active account's, or that of an account which a provider group names. */
export interface Picked {
  model: Model;
  accountId: string;
  follows: 'active' | 'named';
}

/** Answers from the account whose turn it is; what they show about accounts is kept. */
export class Answers {
  constructor(private readonly deps: AnswersDeps) {}

  /** See `KiroClient.chat`. An account that fails before any part of its answer may leave the request to the next one. */
  async *to(request: ChatRequest, picked: Picked, signal: AbortSignal): AsyncGenerator<ReplyPart> {
    if (picked.follows === 'named') {
      yield* this.from(picked.accountId, request, picked.model, signal);
      return;
    }
    const { rotation, onPassedOn } = this.deps;
    const { conversationId, modelId } = request;
    const asked: Asked = { modelId, activeId: picked.accountId, conversationId };
    const tried: string[] = [];
    let choice = await rotation.first(asked);
    for (;;) {
      const { account, insteadOf } = choice;
      if (insteadOf) onPassedOn(insteadOf, account);
      tried.push(account.id);
      let began = false;
      try {
        for await (const part of this.from(account.id, request, this.modelOf(account, picked), signal)) {
          began = true;
          yield part;
        }
        return;
      } catch (error) {
        const next = began || signal.aborted ? undefined : await this.after(error, asked, tried);
        if (!next) throw error;
        choice = next;
      }
    }
  }

  // Where nobody can be asked for the next account, the failure is what the person has to read.
  private async after(error: unknown, asked: Asked, tried: readonly string[]): Promise<Choice | undefined> {
    return await this.deps.rotation.next(asked, tried, error).catch((another: unknown) => {
      this.deps.reportFailure(another);
      return undefined;
    });
  }

  private async *from(
    accountId: string,
    request: ChatRequest,
    model: Model,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart> {
    const { catalog, client, standings } = this.deps;
    try {
      yield* client.chat(request, model, { accountId, signal });
    } catch (error) {
      if (error instanceof KiroError && !signal.aborted) {
        if (error.code === 'unknown-model') catalog.invalidate(accountId);
        await this.kept(standings.failed(accountId, error));
      }
      throw error;
    }
    await this.kept(standings.answered(accountId));
  }

  // Where this cannot be stored, the answer and the person's reason to read are what they are all the same.
  private async kept(note: Promise<void>): Promise<void> {
    await note.catch(this.deps.reportFailure);
  }

  // Windows and efforts may differ from plan to plan.
  private modelOf(account: Account, { model, accountId }: Picked): Model {
    if (account.id === accountId) return model;
    return this.deps.catalog.list(account).models.find(({ id }) => id === model.id) ?? model;
  }
}
