import * as vscode from 'vscode';
import type { DeclaredSetting, SettingSource, SettingState } from '../../doctor/settingChecks';
import { databaseVariables } from '../../import/paths';
import { overrideOf, overrides } from '../settingOverrides';

interface Manifest {
  contributes: {
    configuration: { properties: Readonly<Record<string, DeclaredSetting & { scope: string }>> };
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Each of our settings, what is in force, and who says so. */
export function settingSources(extension: vscode.Extension<unknown>, env: Environment): SettingState[] {
  const { properties } = (extension.packageJSON as Manifest).contributes.configuration;
  return Object.entries(properties).map(([key, declared]) => {
    const name = key.slice('kiroModels.'.length);
    const { globalValue: written } = vscode.workspace.getConfiguration('kiroModels').inspect(name) ?? {};
    const override = environmentFor(name, env);
    const value = override?.value ?? written ?? declared.default;
    return {
      ...{ name, value, declared, written, variable: override?.name },
      source: override ? 'environment' : sourceOf(written, declared.scope),
      unread: (overrides[name]?.names ?? []).filter((variable) => isUnread(name, variable, env)),
    };
  });
}

function environmentFor(name: string, env: Environment): { name: string; value: unknown } | undefined {
  if (name !== 'kiroCli.databasePath') return overrideOf(name, env);
  const variable = databaseVariables.find((one) => env[one]?.trim());
  return variable && { name: variable, value: env[variable] };
}

// A window that works on another machine takes a machine's settings from there, and nowhere else.
function sourceOf(written: unknown, scope: string): SettingSource {
  if (written === undefined) return 'default';
  return scope === 'machine' && vscode.env.remoteName !== undefined ? 'machine' : 'user';
}

function isUnread(name: string, variable: string, env: Environment): boolean {
  const text = env[variable]?.trim();
  return Boolean(text) && overrides[name]?.read(text ?? '') === undefined;
}
