import * as vscode from 'vscode';
import { setLanguage } from '../base/words/l10n';

// Modules have their texts from the moment they are loaded, so this one is loaded before the others.
setLanguage(vscode.env.language, vscode.l10n.bundle);
