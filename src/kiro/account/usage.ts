import * as v from 'valibot';

/** What is used of a plan's credits, trial and bonus included. */
export interface Credits {
  used: number;
  /** Of all that were given for this period. */
  limit: number;
  /** When they are given anew, in epoch milliseconds. */
  resetsAt?: number | undefined;
}

/** A plan, and what is used of it. */
export interface Subscription {
  /** The subscription's title, such as `KIRO PRO+`. */
  plan?: string | undefined;
  credits?: Credits | undefined;
}

/** Who an account belongs to. */
export interface Person {
  email?: string | undefined;
  userId?: string | undefined;
}

const amount = v.fallback(v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0))), undefined);
const amounts = {
  currentUsage: amount,
  currentUsageWithPrecision: amount,
  usageLimit: amount,
  usageLimitWithPrecision: amount,
};
/** Epoch seconds, by some reports as text. */
const Moment = v.fallback(v.nullish(v.union([v.number(), v.pipe(v.string(), v.toNumber())])), undefined);
// Only the person's identity matters enough to reject a response for; a figure that is unfit is one we do not know.
const Breakdown = v.object({
  ...amounts,
  resourceType: v.fallback(v.nullish(v.string()), undefined),
  nextDateReset: Moment,
  freeTrialInfo: v.fallback(v.nullish(v.object({ ...amounts, freeTrialStatus: v.string() })), undefined),
  bonuses: v.fallback(v.nullish(v.array(v.object({ ...amounts, status: v.string() }))), undefined),
});

/** The response of GetUsageLimits, as far as it is needed. */
export const UsageLimits = v.object({
  nextDateReset: Moment,
  usageBreakdownList: v.fallback(v.nullish(v.array(Breakdown)), undefined),
  subscriptionInfo: v.nullish(v.object({ subscriptionTitle: v.nullish(v.string()) })),
  userInfo: v.nullish(v.object({ email: v.nullish(v.string()), userId: v.nullish(v.string()) })),
});

/** An account's person and subscription from the service's response. */
export function readUsageLimits(limits: v.InferOutput<typeof UsageLimits>): {
  person: Person;
  subscription: Subscription;
} {
  const { userInfo, subscriptionInfo } = limits;
  return {
    person: { email: userInfo?.email || undefined, userId: userInfo?.userId || undefined },
    subscription: { plan: subscriptionInfo?.subscriptionTitle || undefined, credits: creditsOf(limits) },
  };
}

function creditsOf({
  usageBreakdownList: list,
  nextDateReset,
}: v.InferOutput<typeof UsageLimits>): Credits | undefined {
  const untyped = list?.length === 1 && !list[0]?.resourceType ? list[0] : undefined;
  const credit = list?.find(({ resourceType }) => resourceType === 'CREDIT') ?? untyped;
  if (!credit) return undefined;
  const trial = credit.freeTrialInfo?.freeTrialStatus === 'ACTIVE' ? [credit.freeTrialInfo] : [];
  const bonuses = credit.bonuses?.filter(({ status }) => status === 'ACTIVE') ?? [];
  const parts = [credit, ...trial, ...bonuses];
  const limit = sum(parts.map((part) => part.usageLimitWithPrecision ?? part.usageLimit));
  const used = sum(parts.map((part) => part.currentUsageWithPrecision ?? part.currentUsage));
  // A plan without credits has no part that could be used.
  if (!limit || used === undefined) return undefined;
  const reset = credit.nextDateReset ?? nextDateReset;
  return { used, limit, resetsAt: reset ? reset * 1000 : undefined };
}

function sum(numbers: readonly (number | null | undefined)[]): number | undefined {
  const known = numbers.filter((number) => typeof number === 'number');
  return known.length > 0 ? known.reduce((total, number) => total + number, 0) : undefined;
}

/**
 * When used-up credits come back, in epoch milliseconds: when the service says so, or else on the first of the next month
 * (UTC), as its plans do.
 */
export function creditsReturn(credits: Credits | undefined, now: number): number {
  if (credits?.resetsAt !== undefined && credits.resetsAt > now) return credits.resetsAt;
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** The part of the credits that is used: 1 for all of them, more where the plan charges for more. */
export function usedPart(credits: Credits | undefined): number | undefined {
  return credits && credits.used / credits.limit;
}
