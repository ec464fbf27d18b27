import * as vscode from 'vscode';
import type { DetectedSource } from '../../import/detectSources';
import { itemForSource } from '../messages/signInSentences';

/** A way in, as the picker offers it. */
export interface SignInMethod {
  label: string;
  description?: string;
  /** Sign-ins are hidden where a site allows imports only. */
  kind: 'sign-in' | 'import';
  /** The source on this machine it reads, if any. */
  source?: DetectedSource['kind'];
  run: () => Promise<void>;
}

/** Asks how to add an account, what was found on this machine first, and goes that way. */
export async function addAccount(
  detected: readonly DetectedSource[],
  fromSource: (source: DetectedSource) => Promise<void>,
  ways: readonly SignInMethod[],
): Promise<void> {
  const found = detected.map((source) => ({
    ...itemForSource(source),
    run: () => fromSource(source),
  }));
  const isFound = (way: SignInMethod) => detected.some(({ kind }) => kind === way.source);
  const items = [
    ...section('Found on this machine', found),
    ...section('Sign in', ways.filter((way) => way.kind === 'sign-in').map(itemFor)),
    ...section('Bring a login', ways.filter((way) => way.kind === 'import' && !isFound(way)).map(itemFor)),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Add a Kiro account',
    placeHolder: 'How do you sign in to Kiro?',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  await picked?.run?.();
}

type Item = vscode.QuickPickItem & { run?: () => Promise<void> };

function itemFor({ label, description = '', run }: SignInMethod): Item {
  return { label, description, run };
}

function section(label: string, items: Item[]): Item[] {
  return items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
}
