/* service_files.h - what `service install` puts on a host. */
#ifndef CLI_SERVICE_FILES_H
#define CLI_SERVICE_FILES_H

#define SERVICE_USER "bizosaas"
#define SERVICE_HOME "/var/lib/bizosaas"
#define SERVICE_SOCKET "/run/bizosaas/engine.sock"
#define SERVICE_UNIT "/etc/systemd/system/bizosaas.service"

/* Followed by the path of the engine's program. */
#define SERVICE_UNIT_HEAD                                                                              \
    "# Made by `bizosaas service install`; `bizosaas service uninstall` removes it.\n"                 \
    "[Unit]\n"                                                                                         \
    "Description=BizOSaaS engine\n"                                                                    \
    "Documentation=man:bizosaas(1)\n"                                                                  \
    "ConditionPathExists=" SERVICE_HOME "/company.json\n"                                              \
    "\n"                                                                                               \
    "[Service]\n"                                                                                      \
    "User=" SERVICE_USER "\n"                                                                          \
    "Group=" SERVICE_USER "\n"                                                                         \
    "ExecStart="
#define SERVICE_UNIT_TAIL                                                                              \
    " run --home " SERVICE_HOME " --socket " SERVICE_SOCKET "\n"                                       \
    "Restart=on-failure\n"                                                                             \
    "RuntimeDirectory=bizosaas\n"                                                                      \
    "RuntimeDirectoryMode=0750\n"                                                                      \
    "StateDirectory=bizosaas\n"                                                                        \
    "StateDirectoryMode=0700\n"                                                                        \
    "UMask=0077\n"                                                                                     \
    "LimitCORE=0\n"                                                                                    \
    "NoNewPrivileges=yes\n"                                                                            \
    "CapabilityBoundingSet=\n"                                                                         \
    "ProtectSystem=strict\n"                                                                           \
    "ProtectHome=read-only\n"                                                                          \
    "PrivateTmp=yes\n"                                                                                 \
    "PrivateDevices=yes\n"                                                                             \
    "ProtectKernelTunables=yes\n"                                                                      \
    "ProtectKernelModules=yes\n"                                                                       \
    "ProtectControlGroups=yes\n"                                                                       \
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"                                               \
    "RestrictNamespaces=yes\n"                                                                         \
    "LockPersonality=yes\n"                                                                            \
    "MemoryDenyWriteExecute=yes\n"                                                                     \
    "SystemCallArchitectures=native\n"                                                                 \
    "\n"                                                                                               \
    "[Install]\n"                                                                                      \
    "WantedBy=multi-user.target\n"

#endif
