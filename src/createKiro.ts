import { lazy } from './base/async';
import type { Service } from './createService';
import type { Host } from './host';
import { Catalog } from './kiro/account/catalog';
import { Limits } from './kiro/account/usage/accountLimits';

export type Kiro = ReturnType<typeof createKiro>;

/** What is known of each account without asking Kiro's service, and the service, which is asked for the rest. */
export function createKiro(host: Host, service: () => Promise<Service>) {
  const { memento: store, errors, now } = host;
  const reportFailure = (error: unknown) => errors.note(error);
  return {
    service,
    recordings: lazy(async () => (await import('./createRecordings')).createRecordings(host)),
    catalog: new Catalog({
      store,
      read: async ({ id }, signal) => (await service()).management.models({ accountId: id, signal }),
      now,
      reportFailure,
    }),
    limits: new Limits({
      store,
      read: async ({ id }, signal) => {
        const { management } = await service();
        return (await management.usageLimits({ accountId: id, signal })).subscription;
      },
      now,
      reportFailure,
    }),
  };
}
