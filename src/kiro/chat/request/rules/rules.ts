import type { Model } from '../../../account/models';
import type { WireRequest } from '../wire';
import { attachmentRules } from './attachmentRules';
import { conversationRules } from './conversationRules';
import { modelRules } from './modelRules';
import { type Broken, shapeFaults } from './shapeRules';
import { toolRules } from './toolRules';

/** One rule of the service: what it is called, and where a request breaks it. */
export interface Rule {
  name: string;
  /** The paths in the body that break it; none for a good request. */
  broken: (body: WireRequest, model: Model) => string[];
}

/**
 * Every rule of the service that is known, beyond those of the bare shape: by its official model and clients, or by what
 * it was seen to refuse. In the order in which a person would want to hear of them.
 */
export const rules: readonly Rule[] = [...conversationRules, ...toolRules, ...modelRules, ...attachmentRules];

/** What is wrong with a request, in the order of the rules. The rules hold for requests of the right shape only. */
export function brokenRules(body: unknown, model: Model): Broken[] {
  const faults = shapeFaults(body);
  if (faults.length > 0) return faults;
  return rules.flatMap(({ name, broken }) =>
    broken(body as WireRequest, model).map((path) => ({ rule: name, path })),
  );
}
