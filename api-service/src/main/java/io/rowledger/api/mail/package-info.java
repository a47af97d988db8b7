/**
 * The mail about a job that ended, to the addresses its upload named. That it is to be sent is
 * written together with the event of the end (core.event); here it is written and sent.
 */
@NullMarked
package io.rowledger.api.mail;

import org.jspecify.annotations.NullMarked;
