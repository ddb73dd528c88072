package dev.tandem.amqp;

/** What a user that the configuration names may do in a virtual host: regular expressions over names. */
public record PermissionSetting(String user, String vhost, String configure, String write, String read) {}
