import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const SELF = ["'self'"];
const NONE = ["'none'"];

/** Nothing from elsewhere and nothing inline. `blob:` is for sound that a page makes itself. */
const STRICT = {
	defaultSrc: NONE,
	scriptSrc: SELF,
	styleSrc: SELF,
	imgSrc: [...SELF, 'data:'],
	fontSrc: SELF,
	connectSrc: SELF,
	mediaSrc: [...SELF, 'blob:'],
	workerSrc: SELF,
	manifestSrc: SELF,
	baseUri: NONE,
	formAction: SELF,
	frameAncestors: NONE,
	objectSrc: NONE,
};

interface HeaderOptions {
	/** Whether browsers reach us over TLS, and shall from now on. */
	readonly tls: boolean;
	/** For pages of others, which style themselves inline. */
	readonly inlineStyles?: boolean;
}

/** What browsers are to refuse on our behalf. */
export const securityHeaders = ({ tls, inlineStyles = false }: HeaderOptions): MiddlewareHandler =>
	secureHeaders({
		contentSecurityPolicy: inlineStyles ? { ...STRICT, styleSrc: [...SELF, "'unsafe-inline'"] } : STRICT,
		strictTransportSecurity: tls ? 'max-age=31536000' : false,
		xFrameOptions: 'DENY',
		referrerPolicy: 'no-referrer',
		crossOriginResourcePolicy: 'same-origin',
		crossOriginOpenerPolicy: 'same-origin',
		permissionsPolicy: { camera: [], geolocation: [], microphone: ['self'], payment: [], usb: [] },
		// The outer of two policies is not to overrule the inner one.
		overwrite: false,
	});
