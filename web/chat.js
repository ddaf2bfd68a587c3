import { teach, notice } from './core.js';
export const inbox = () => notice('chat', 'chat');
export const conversation = () => notice('chat', 'chat');
