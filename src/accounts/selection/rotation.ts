import { KiroError } from '../../base/errors';
import { Recent } from '../../base/recent';
import type { Account } from '../account';
import { healthAt } from '../health';
import type { AccountStore } from '../storage/accountStore';
import {
  type Candidate,
  choose,
  failoverFrom,
  isHealthy,
  isSpent,
  nextHealthy,
  type Strategy,
} from './selection';

export interface RotationDeps {
  accounts: AccountStore;
  strategy: () => Strategy;
  /** Whether a request may pass on to another account. */
  failover: () => 'on' | 'off';
  /** Whether an account's plan has the model. */
  offers: (account: Account, modelId: string) => boolean;
  /** The part of an account's credits that is used; undefined where it is not known. */
  used: (account: Account) => number | undefined;
  /** Epoch milliseconds. */
  now: () => number;
}

/** A request in search of an account. */
export interface Asked {
  modelId: string;
  /**
   * The account whose model the person picked: the active one. Where it is gone meanwhile, folded into another or removed,
   * the one that is active now takes its place.
   */
  accountId: string;
  conversationId: string | undefined;
}

/** The account that a request goes to. */
export interface Choice {
  account: Account;
  /** The one whose turn it was, and which cannot answer. */
  insteadOf?: Account;
}

/** Among whom a request's account is chosen. */
interface Candidates {
  accounts: readonly Account[];
  activeId: string;
  candidates: Candidate[];
}

/**
 * Which account answers. A conversation stays with the one it began with, because what the service has cached and signed
 * of it belongs there, until that one's credits or login end or the person makes another account the active one.
 * Every method throws KiroError `signed-out` with reason `no-account` where there is none, and `storage`.
 */
export class Rotation {
  private readonly affinities = new Recent<{ activeId: string; accountId: string }>(1000);
  private lastId: string | undefined;

  constructor(private readonly deps: RotationDeps) {}

  /** The account to ask first. */
  async first(asked: Asked): Promise<Choice> {
    const { strategy, failover } = this.deps;
    const all = await this.candidates(asked);
    const { candidates, activeId } = all;
    if (strategy() === 'sticky' && failover() === 'off') return choiceOf(all, activeId);
    const kept = this.keptFor(asked, all);
    if (kept !== undefined) return choiceOf(all, kept);
    const id = choose(strategy(), { candidates, activeId, lastId: this.lastId }) ?? activeId;
    const isDone = candidates.some((one) => one.id === id && isSpent(one));
    const instead = isDone && failover() === 'on' ? nextHealthy(candidates, [id]) : undefined;
    this.keep(asked, all, instead ?? id);
    return instead === undefined ? choiceOf(all, id) : choiceOf(all, instead, id);
  }

  /** The account to ask after those that were tried and an error before any output; undefined where the error stands. */
  async next(asked: Asked, tried: readonly string[], error: unknown): Promise<Choice | undefined> {
    if (this.deps.failover() === 'off') return undefined;
    const all = await this.candidates(asked);
    const id = failoverFrom(error, { candidates: all.candidates, tried });
    if (id === undefined) return undefined;
    this.keep(asked, all, id);
    return choiceOf(all, id, tried.at(-1));
  }

  // To know what an account offers or has used may mean to ask the service: only about those that could be chosen.
  private async candidates({ accountId, modelId }: Asked): Promise<Candidates> {
    const { strategy, failover, offers, used, now } = this.deps;
    const stored = await this.deps.accounts.read();
    const { accounts } = stored;
    const isHere = accounts.some(({ id }) => id === accountId);
    const activeId = isHere ? accountId : (stored.activeId ?? accountId);
    const isFixed = strategy() === 'sticky' && failover() === 'off';
    const candidates = (isFixed ? [] : accounts).flatMap((account): Candidate[] => {
      const candidate = { id: account.id, health: healthAt(account, now()) };
      if (!isHealthy(candidate)) return [candidate];
      if (account.id !== activeId && !offers(account, modelId)) return [];
      return [strategy() === 'lowest-usage' ? { ...candidate, used: used(account) } : candidate];
    });
    return { accounts, activeId, candidates };
  }

  private keptFor({ conversationId }: Asked, { candidates, activeId }: Candidates): string | undefined {
    const affinity = conversationId === undefined ? undefined : this.affinities.get(conversationId);
    if (affinity?.activeId !== activeId) return undefined;
    // One that is suspended keeps its conversations: they would only go round the suspension.
    return candidates.find((one) => one.id === affinity.accountId && !isSpent(one))?.id;
  }

  private keep({ conversationId }: Asked, { activeId }: Candidates, accountId: string): void {
    this.lastId = accountId;
    if (conversationId !== undefined) this.affinities.set(conversationId, { activeId, accountId });
  }
}

function choiceOf({ accounts }: Candidates, id: string, insteadOfId?: string): Choice {
  const account = accounts.find((one) => one.id === id);
  if (!account) throw new KiroError('signed-out', { reason: 'no-account' });
  const insteadOf = accounts.find((one) => one.id === insteadOfId);
  return insteadOf ? { account, insteadOf } : { account };
}
