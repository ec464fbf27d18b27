import * as v from 'valibot';
import { nameFrom } from '../../../base/redact';
import type { Allowance, Credits, Overage } from './credits';

/** A plan, and what is used of it. */
export interface Subscription {
  /** The subscription's title, such as `KIRO PRO+`. */
  plan?: string | undefined;
  credits?: Credits | undefined;
  /** What the plan counts besides credits. */
  others?: Credits[] | undefined;
}

/** Who an account belongs to. */
export interface Person {
  email?: string | undefined;
  userId?: string | undefined;
}

/** More than any plan has by far; a larger figure is a misunderstanding. */
const mostCredits = 1e9;
// Only the person's identity matters enough to reject a response for; a figure that is unfit is one we do not know.
const optional = <S extends v.GenericSchema>(schema: S) => v.fallback(v.nullish(schema), undefined);
const Amount = optional(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(mostCredits)));
const Text = optional(
  v.pipe(
    v.string(),
    v.transform((text) => nameFrom(text)),
    v.minLength(1),
  ),
);
const amounts = {
  currentUsage: Amount,
  currentUsageWithPrecision: Amount,
  usageLimit: Amount,
  usageLimitWithPrecision: Amount,
};
/** Epoch seconds, by some reports as text, or a date by ISO 8601. In epoch milliseconds. */
const Moment = optional(
  v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(millisecondsOf),
    v.minValue(Date.UTC(2020)),
    v.maxValue(Date.UTC(2100)),
  ),
);
const Bonus = v.object({
  ...amounts,
  status: Text,
  displayName: Text,
  expiresAt: Moment,
});
/** One that cannot be read hides no other. */
const Bonuses = optional(v.array(v.fallback(v.nullable(Bonus), null)));
const Breakdown = v.object({
  ...amounts,
  resourceType: Text,
  displayName: Text,
  displayNamePlural: Text,
  nextDateReset: Moment,
  freeTrialInfo: optional(v.object({ ...amounts, freeTrialStatus: Text, freeTrialExpiry: Moment })),
  bonuses: Bonuses,
  // By reports there are such credits; how the service tells of them is not attested. It may well be as of bonuses.
  addOnCredits: Bonuses,
  addOns: Bonuses,
  currentOverages: Amount,
  currentOveragesWithPrecision: Amount,
  overageCap: Amount,
  overageCapWithPrecision: Amount,
  overageRate: Amount,
  overageCharges: Amount,
  currency: Text,
});
type Breakdown = v.InferOutput<typeof Breakdown>;

/** The response of GetUsageLimits, as far as it is needed. */
export const UsageLimits = v.object({
  nextDateReset: Moment,
  usageBreakdownList: optional(v.array(v.fallback(v.nullable(Breakdown), null))),
  // Older responses have one, and no list.
  usageBreakdown: optional(Breakdown),
  subscriptionInfo: optional(v.object({ subscriptionTitle: Text, overageCapability: Text })),
  overageConfiguration: optional(v.object({ overageStatus: Text })),
  userInfo: v.nullish(v.object({ email: v.nullish(v.string()), userId: v.nullish(v.string()) })),
});
type UsageLimits = v.InferOutput<typeof UsageLimits>;

/** An account's person and subscription from the service's response. */
export function readUsageLimits(limits: UsageLimits): { person: Person; subscription: Subscription } {
  const { userInfo, subscriptionInfo } = limits;
  return {
    person: { email: nameFrom(userInfo?.email ?? '') || undefined, userId: userInfo?.userId || undefined },
    subscription: { plan: subscriptionInfo?.subscriptionTitle ?? undefined, ...resourcesOf(limits) },
  };
}

function resourcesOf(limits: UsageLimits): Pick<Subscription, 'credits' | 'others'> {
  const list = limits.usageBreakdownList?.filter((one) => one !== null) ?? [];
  const single = limits.usageBreakdown ? [limits.usageBreakdown] : [];
  const all = list.length > 0 ? list : single;
  const [first] = all;
  if (all.length === 1 && first && !first.resourceType) return { credits: creditsOf(first, limits) };
  const types = [...new Set(all.map(({ resourceType }) => resourceType))];
  const others = types.filter((type) => type && type !== 'CREDIT').map((type) => one(all, type, limits));
  return {
    credits: one(all, 'CREDIT', limits),
    ...(others.some(Boolean) ? { others: others.filter((other) => other !== undefined) } : {}),
  };
}

// Two of one resource that do not agree: nobody can tell which of them counts.
function one(all: readonly Breakdown[], type: Breakdown['resourceType'], limits: UsageLimits) {
  const [first, ...more] = all.filter(({ resourceType }) => resourceType === type);
  const isClear = more.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return first && isClear ? creditsOf(first, limits) : undefined;
}

function creditsOf(breakdown: Breakdown, limits: UsageLimits): Credits | undefined {
  const { freeTrialInfo: trial, nextDateReset, displayNamePlural, displayName, resourceType } = breakdown;
  const overage = overageOf(breakdown, limits);
  const { used, limit } = figuresOf(breakdown);
  // By the service's count, what was used beyond the plan is a part of what was used.
  const beyond = overage?.used ?? 0;
  const own = used !== undefined && beyond <= used ? used - beyond : used;
  const allowances: Allowance[] = [
    { kind: 'plan', used: own, limit },
    ...(trial?.freeTrialStatus === 'ACTIVE'
      ? [{ kind: 'trial' as const, ...figuresOf(trial), endsAt: trial.freeTrialExpiry ?? undefined }]
      : []),
    ...granted('bonus', breakdown.bonuses),
    ...granted('add-on', breakdown.addOnCredits ?? breakdown.addOns),
  ];
  // A plan that gives nothing at all has no part that could be used.
  if (allowances.every((allowance) => !allowance.limit)) return undefined;
  return {
    name: displayNamePlural ?? displayName ?? resourceType ?? undefined,
    allowances,
    overage,
    resetsAt: nextDateReset ?? limits.nextDateReset ?? undefined,
  };
}

function granted(kind: 'bonus' | 'add-on', all: Breakdown['bonuses']): Allowance[] {
  return (all ?? []).flatMap((bonus) => {
    if (!bonus || (bonus.status ?? 'ACTIVE') !== 'ACTIVE') return [];
    const { displayName, expiresAt } = bonus;
    return [{ kind, name: displayName ?? undefined, ...figuresOf(bonus), endsAt: expiresAt ?? undefined }];
  });
}

function overageOf(breakdown: Breakdown, limits: UsageLimits): Overage | undefined {
  const status = limits.overageConfiguration?.overageStatus;
  const isCapable = limits.subscriptionInfo?.overageCapability !== 'OVERAGE_INCAPABLE';
  if (status !== 'ENABLED' && status !== 'DISABLED') return undefined;
  return {
    status: status === 'ENABLED' && isCapable ? 'on' : 'off',
    used: breakdown.currentOveragesWithPrecision ?? breakdown.currentOverages ?? undefined,
    cap: breakdown.overageCapWithPrecision ?? breakdown.overageCap ?? undefined,
    rate: breakdown.overageRate ?? undefined,
    charges: breakdown.overageCharges ?? undefined,
    currency: breakdown.currency ?? undefined,
  };
}

function figuresOf(told: Pick<Breakdown, keyof typeof amounts>): Pick<Allowance, 'used' | 'limit'> {
  return {
    used: told.currentUsageWithPrecision ?? told.currentUsage ?? undefined,
    limit: told.usageLimitWithPrecision ?? told.usageLimit ?? undefined,
  };
}

function millisecondsOf(told: number | string): number {
  const seconds = typeof told === 'number' ? told : Number(told);
  // A number of seconds that large would be some ten thousand years away: these are milliseconds.
  if (Number.isFinite(seconds)) return seconds > 1e11 ? seconds : seconds * 1000;
  return Date.parse(String(told));
}
