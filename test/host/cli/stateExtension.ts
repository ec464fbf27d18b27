import type { ExtensionContext, Memento } from 'vscode';

/** An extension that hands its `globalState` to whoever activates it. */
export const activate = (context: ExtensionContext): Memento => context.globalState;
