import { arch } from 'node:os';
import * as vscode from 'vscode';
import { sleepAwake } from './base/async';
import type { Accounts } from './createAccounts';
import { accountChecks } from './doctor/accountChecks';
import { connectionChecks } from './doctor/connectionChecks';
import { editorChecks } from './doctor/editorChecks';
import type { Check } from './doctor/examination';
import { machineChecks } from './doctor/machineChecks';
import { deadAliases, settingChecks } from './doctor/settingChecks';
import type { Host } from './host';
import { databaseVariables, kiroCliDatabaseCandidates } from './import/paths';
import type { Catalog } from './kiro/account/catalog';
import type { Management } from './kiro/account/management';
import type { KiroModel } from './vscode/chat/modelInformation';
import { DoctorView, type TestMessage } from './vscode/doctor/doctorView';
import { editorFacts } from './vscode/doctor/editorFacts';
import { settingSources } from './vscode/doctor/settingSources';
import { testWords } from './vscode/messages/doctorWords';

interface Asked {
  catalog: Catalog;
  management: Management;
}

/** How the doctor asks a model. */
export interface Chat {
  /** The cheapest model of the active account; undefined where there is none. */
  modelFor: () => Promise<KiroModel | undefined>;
  /** The text of the reply to a short message. Throws KiroError. */
  ask: (model: KiroModel, question: string, signal: AbortSignal) => AsyncIterable<string>;
}

/** The page that says what is wrong, and everything it looks at. Loaded when it is first asked for. */
export function createDoctor(
  host: Host,
  accounts: Accounts,
  { catalog, management }: Asked,
  chat: Chat,
): DoctorView {
  const { context, errors, machine, now } = host;
  return new DoctorView({
    checks: () => checksOf(host, accounts, { catalog, management }),
    settings: () => settingSources(context.extension, machine.env),
    environment: () => environmentOf(host),
    test: testMessage(chat, now),
    errors,
  });
}

function checksOf(
  host: Host,
  { store, sessions, copies }: Accounts,
  { catalog, management }: Asked,
): Check[] {
  const { context, memento, settings, http, machine, now } = host;
  const path = () => settings.kiroCliDatabasePath();
  const region = () => settings.region();
  const variables = databaseVariables.map((name) => machine.env[name]);
  return [
    ...machineChecks({
      kiroCli: {
        candidates: () => kiroCliDatabaseCandidates(machine, path()),
        isNamed: () => [...variables, path()].some(Boolean),
      },
      secrets: context.secrets,
      unopenedCopies: async () => (await copies?.unopened()) ?? 0,
      ...{ now, wait: sleepAwake },
    }),
    ...accountChecks({ accounts: store, sessions, management, catalog, region, now }),
    ...connectionChecks({
      ...{ http, region, now },
      endpoints: () => settings.endpoints(),
      active: () => store.active(),
    }),
    ...editorChecks(
      () => editorFacts(context.extension, memento),
      async () => (await store.list()).length > 0,
    ),
    ...settingChecks(
      () => settingSources(context.extension, machine.env),
      () => settings.endpoints(),
      async () => {
        const active = await store.active();
        return active ? deadAliases(catalog.known(active).models, settings.aliases()) : [];
      },
    ),
  ];
}

function environmentOf({ context, machine }: Host): Record<string, string> {
  const { version } = context.extension.packageJSON as { version: string };
  const { appName, remoteName, uiKind } = vscode.env;
  return {
    'Kiro Models for Chat': version,
    [appName]: vscode.version,
    Platform: `${machine.platform} ${arch()}`,
    Window: uiKind === vscode.UIKind.Web ? 'browser' : (remoteName ?? 'local'),
  };
}

function testMessage({ modelFor, ask }: Chat, now: Host['now']): TestMessage {
  return {
    offer: async () => {
      const { model } = (await modelFor()) ?? {};
      return model && { model: model.name, rate: model.rateMultiplier };
    },
    send: async (signal) => {
      const model = await modelFor();
      if (!model) return { firstPartMs: undefined };
      const began = now();
      let firstPartMs: number | undefined;
      for await (const _part of ask(model, testWords.message, signal)) firstPartMs ??= now() - began;
      return { firstPartMs };
    },
  };
}
