import { teach, notice } from './core.js';
export const publish = () => notice('plus', 'publish');
