/** Plans, and the usage answer of an account. Dates are epoch seconds, as the service sends them. */

export type Plan = 'KIRO FREE' | 'KIRO PRO' | 'KIRO PRO+' | 'KIRO POWER';

const plans: Record<Plan, { type: string; credits: number; manage: 'MANAGE' | 'PURCHASE' }> = {
  'KIRO FREE': { type: 'Q_DEVELOPER_STANDALONE_FREE', credits: 50, manage: 'PURCHASE' },
  'KIRO PRO': { type: 'Q_DEVELOPER_STANDALONE_PRO', credits: 1000, manage: 'MANAGE' },
  'KIRO PRO+': { type: 'Q_DEVELOPER_STANDALONE_PRO_PLUS', credits: 2000, manage: 'MANAGE' },
  'KIRO POWER': { type: 'Q_DEVELOPER_STANDALONE_POWER', credits: 10_000, manage: 'MANAGE' },
};

export interface UsageBreakdown {
  resourceType?: string;
  displayName?: string;
  displayNamePlural?: string;
  unit?: string;
  currency?: string;
  currentUsage?: number;
  currentUsageWithPrecision?: number;
  usageLimit?: number;
  usageLimitWithPrecision?: number;
  currentOverages?: number;
  currentOveragesWithPrecision?: number;
  overageCharges?: number;
  overageRate?: number;
  overageCap?: number;
  overageCapWithPrecision?: number;
  nextDateReset?: number;
  freeTrialInfo?: Record<string, unknown>;
  bonuses?: Record<string, unknown>[];
}

export interface UsageLimits {
  nextDateReset?: number;
  daysUntilReset?: number;
  usageBreakdownList?: UsageBreakdown[];
  subscriptionInfo?: Record<string, unknown>;
  overageConfiguration?: { overageStatus: string };
  userInfo?: { userId?: string; email?: string };
}

export interface UsageOptions {
  plan: Plan;
  used: number;
  userId: string;
  email: string;
  now: number;
}

/** What a fresh account of this plan answers after `used` credits. */
export function usageOf({ plan, used, userId, email, now }: UsageOptions): UsageLimits {
  const { type, credits, manage } = plans[plan];
  const nextDateReset = nextMonth(now) / 1000;
  return {
    nextDateReset,
    daysUntilReset: Math.ceil((nextDateReset * 1000 - now) / 86_400_000),
    usageBreakdownList: [
      {
        resourceType: 'CREDIT',
        displayName: 'Credit',
        displayNamePlural: 'Credits',
        unit: 'INVOCATIONS',
        currency: 'USD',
        currentUsage: Math.floor(used),
        currentUsageWithPrecision: used,
        usageLimit: credits,
        usageLimitWithPrecision: credits,
        currentOverages: 0,
        currentOveragesWithPrecision: 0,
        overageCharges: 0,
        overageRate: 0.04,
        overageCap: 10_000,
        overageCapWithPrecision: 10_000,
        nextDateReset,
        bonuses: [],
      },
    ],
    subscriptionInfo: {
      type,
      subscriptionTitle: plan,
      upgradeCapability: plan === 'KIRO POWER' ? 'UPGRADE_INCAPABLE' : 'UPGRADE_CAPABLE',
      overageCapability: plan === 'KIRO FREE' ? 'OVERAGE_INCAPABLE' : 'OVERAGE_CAPABLE',
      subscriptionManagementTarget: manage,
    },
    overageConfiguration: { overageStatus: 'DISABLED' },
    userInfo: { userId, email },
  };
}

/** Adds credits to what is used, as an answer's metering event does. */
export function spend(usage: UsageLimits, credits: number): void {
  const breakdown = usage.usageBreakdownList?.find(({ resourceType }) => resourceType === 'CREDIT');
  if (!breakdown) return;
  const used = (breakdown.currentUsageWithPrecision ?? breakdown.currentUsage ?? 0) + credits;
  breakdown.currentUsageWithPrecision = used;
  breakdown.currentUsage = Math.floor(used);
}

function nextMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
