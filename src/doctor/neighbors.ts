import { isRecord } from '../base/json';

/** Another extension that has to do with Kiro. */
export type Neighbor = { id: string; name: string } & (
  | { kind: 'same-vendor' }
  /** Lists models of its own, under this heading. */
  | { kind: 'provider'; heading: string }
  /** Has a Kiro of its own, beside VS Code's chat, as the extension of AWS does. */
  | { kind: 'kiro' }
);

/** What of an extension tells what it is. */
export interface Installed {
  id: string;
  packageJSON: unknown;
}

/**
 * Other extensions that have to do with Kiro, by what they contribute: the ids of extensions come and go, and that of AWS's is
 * not known here. Its commands are in the category `Kiro`.
 */
export function neighborsAmong(extensions: readonly Installed[], vendor: string): Neighbor[] {
  return extensions.flatMap(({ id, packageJSON }): Neighbor[] => {
    const manifest = recordOf(packageJSON);
    const contributes = recordOf(manifest['contributes']);
    const named = { id, name: textOf(manifest['displayName']) ?? id };
    const providers = recordsOf(contributes['languageModelChatProviders']);
    if (providers.some((one) => one['vendor'] === vendor)) return [{ ...named, kind: 'same-vendor' }];
    const provider = providers.find((one) => isKiro(one['vendor']) || isKiro(one['displayName']));
    if (provider) {
      const heading = textOf(provider['displayName']) ?? textOf(provider['vendor']) ?? '';
      return [{ ...named, kind: 'provider', heading }];
    }
    const hasCommands = recordsOf(contributes['commands']).some(({ category }) => category === 'Kiro');
    return hasCommands ? [{ ...named, kind: 'kiro' }] : [];
  });
}

const isKiro = (name: unknown) => typeof name === 'string' && /\bkiro/i.test(name);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const recordOf = (value: unknown) => (isRecord(value) ? value : {});
/** One contribution, or a list of them. */
const recordsOf = (value: unknown) => [value].flat().filter(isRecord);
