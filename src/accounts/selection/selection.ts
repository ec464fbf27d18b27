/**
 * Which account replies: for a new conversation (this module), in turn, and after one that cannot. Nothing here changes an
 * account or asks the service.
 */
import { needsSignIn } from '../../base/errors';
import type { Health } from '../account';
import { limitIn } from '../health';

/** How the account of a new conversation is chosen. */
export const strategies = ['sticky', 'round-robin', 'lowest-usage'] as const;

export type Strategy = (typeof strategies)[number];

/** An account as a choice sees it. */
export interface Candidate {
  id: string;
  health: Health;
  /** The part of the plan's credits that is used, 1 for all of them; undefined where it is not known. */
  used?: number | undefined;
}

/** Accounts in the order of the list, and which of them were chosen before. */
export interface Choices {
  candidates: readonly Candidate[];
  /** The one the person chose. */
  activeId?: string | undefined;
  /** The one the last request went to. */
  lastId?: string | undefined;
}

/**
 * The account for the next request; undefined where there is none. `sticky` stays with the one the person chose, healthy
 * or not. The others choose among those that are healthy, and stay with the person's choice where none is.
 */
export function choose(strategy: Strategy, { candidates, activeId, lastId }: Choices): string | undefined {
  switch (strategy) {
    case 'sticky':
      return activeId;
    case 'round-robin':
      return after(lastId, candidates).find(isHealthy)?.id ?? activeId;
    case 'lowest-usage':
      return leastUsed(candidates.filter(isHealthy), activeId)?.id ?? activeId;
  }
}

/**
 * The account to go on with after a failure before any output: the next one that is healthy and was not tried. Only used-up
 * credits and an ended login pass a request on; a suspension never does, for going round it would look like evading it.
 */
export function failoverFrom(
  error: unknown,
  { candidates, tried }: Pick<Choices, 'candidates'> & { tried: readonly string[] },
): string | undefined {
  if (limitIn(error) !== 'out-of-credits' && !needsSignIn(error)) return undefined;
  return nextHealthy(candidates, tried);
}

/** The next account after the last of those that were tried which is healthy, and none of them. */
export function nextHealthy(candidates: readonly Candidate[], tried: readonly string[]): string | undefined {
  return after(tried.at(-1), candidates).find((one) => isHealthy(one) && !tried.includes(one.id))?.id;
}

/** Whether an account can be asked. */
export function isHealthy({ health }: Candidate): boolean {
  return health === 'active';
}

/** Whether an account's credits or its login are at their end: what passes a request on, unlike a suspension. */
export function isSpent({ health }: Candidate): boolean {
  return health !== 'active' && health !== 'suspended';
}

/** The list from the one after `id` on, and round to it. */
function after(id: string | undefined, candidates: readonly Candidate[]): Candidate[] {
  const start = candidates.findIndex((one) => one.id === id) + 1;
  return [...candidates.slice(start), ...candidates.slice(0, start)];
}

// What nobody has measured comes last: it might be used up.
function leastUsed(healthy: readonly Candidate[], activeId: string | undefined): Candidate | undefined {
  const rank = ({ used }: Candidate) => used ?? Number.MAX_VALUE;
  const preferred = healthy.toSorted(
    (one, other) => Number(other.id === activeId) - Number(one.id === activeId),
  );
  return preferred.toSorted((one, other) => rank(one) - rank(other))[0];
}
