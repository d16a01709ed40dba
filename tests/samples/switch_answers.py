"""What switches of each platform answer to the questions of the monthly check: two or three ports of each."""

from __future__ import annotations

IOS = {
    "version": """Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)
ROM: Bootstrap program is C2960X boot loader
sw1 uptime is 11 weeks, 2 days, 3 hours, 1 minute
System image file is "flash:/c2960x-universalk9-mz.152-7.E4.bin"
cisco WS-C2960X-24PS-L (APM86XXX) processor (revision B0) with 524288K bytes of memory.
Model number                    : WS-C2960X-24PS-L
""",
    "interfaces": """Vlan99 is up, line protocol is up
  Hardware is EtherSVI, address is 0011.2233.4455 (bia 0011.2233.4455)
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
GigabitEthernet1/0/1 is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet, address is 0011.2233.4401 (bia 0011.2233.4401)
  Description: D01-01 pc01
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
  5 minute input rate 12000 bits/sec, 10 packets/sec
  5 minute output rate 24000 bits/sec, 20 packets/sec
     1223344 packets input, 99887766 bytes, 0 no buffer
     140 input errors, 120 CRC, 20 frame, 0 overrun, 0 ignored
     2233445 packets output, 88776655 bytes, 0 underruns
     3 output errors, 0 collisions, 2 interface resets
GigabitEthernet1/0/2 is administratively down, line protocol is down (disabled)
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 output errors, 0 collisions, 0 interface resets
GigabitEthernet1/0/27 is up, line protocol is up (connected)
  Description: core 1
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 191/255, rxload 25/255
  5 minute input rate 98000000 bits/sec, 9000 packets/sec
  5 minute output rate 750000000 bits/sec, 80000 packets/sec
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 output errors, 0 collisions, 14 interface resets
""",
    "cpu": "CPU utilization for five seconds: 9%/0%; one minute: 10%; five minutes: 83%\n",
    "environment": """SYSTEM FAN 1 is OK
SYSTEM FAN 2 is FAULTY
SYSTEM TEMPERATURE is OK
System Temperature Value: 38 Degree Celsius
System Temperature State: GREEN
Yellow Threshold : 68 Degree Celsius
Red Threshold    : 72 Degree Celsius

SW  PID                 Serial#     Status           Sys Pwr  PoE Pwr  Watts
--  ------------------  ----------  ---------------  -------  -------  -----
 1A PWR-C2-250WAC       DCB1234X0AB OK               Good     Good     250
 1B Not Present
""",
    "lldp": """------------------------------------------------
Local Intf: Gi1/0/27
Chassis id: 0011.2233.00ff
Port id: Gi1/0/1
Port Description: GigabitEthernet1/0/1
System Name: core.lab.example

System Description:
Cisco IOS Software, C9300 Software

Time remaining: 101 seconds
System Capabilities: B,R
Enabled Capabilities: B,R
Management Addresses:
    IP: 10.20.99.1

------------------------------------------------
Local Intf: Gi1/0/3
Chassis id: c4ad.3412.0001
Port id: 1
System Name: TL-SG108E
System Capabilities: B
Enabled Capabilities: B

------------------------------------------------
Local Intf: Gi1/0/24
Chassis id: 10.20.40.24
Port id: 805e.c012.3456
System Name: phone
System Capabilities: B,T
Enabled Capabilities: B,T

Total entries displayed: 3
""",
    "macs": """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  11    e0be.0321.0001    DYNAMIC     Gi1/0/1
  11    e0be.0321.0002    DYNAMIC     Gi1/0/5
  11    0100.5e00.0001    DYNAMIC     Gi1/0/5
  11    0202.0000.0001    DYNAMIC     Gi1/0/6
  11    0202.0000.0002    DYNAMIC     Gi1/0/6
  11    0202.0000.0003    DYNAMIC     Gi1/0/6
  11    e0be.0321.0018    DYNAMIC     Gi1/0/24
  40    805e.c012.3456    DYNAMIC     Gi1/0/24
  11    e0be.0321.0009    DYNAMIC     Gi1/0/27
Total Mac Addresses for this criterion: 10
""",
}
COMWARE = {
    "version": """H3C Comware Software, Version 7.1.070, Release 6348P01
Copyright (c) 2004-2022 New H3C Technologies Co., Ltd. All rights reserved.
H3C S5130S-28P-EI uptime is 3 weeks, 2 days, 1 hour, 4 minutes
""",
    "interfaces": """GigabitEthernet1/0/1
Current state: UP
Line protocol state: UP
IP packet frame type: Ethernet II, hardware address: 5cdd-70e7-e801
Description: D01-01 pc01
Bandwidth: 1000000 kbps
Last link flapping: 6 hours 39 minutes 25 seconds
 Last 300 seconds input: 3 packets/sec 300 bytes/sec 0%
 Last 300 seconds output: 8 packets/sec 900 bytes/sec 0%
 Input (total):  1228 packets, 98765 bytes
 Input:  140 input errors, 0 runts, 0 giants, 0 throttles
         120 CRC, 20 frame, - overruns, 0 aborts
 Output (total): 9988 packets, 123456 bytes
 Output: 3 output errors, - underruns, - buffer failures
GigabitEthernet1/0/2
Current state: Administratively DOWN
Line protocol state: DOWN
Bandwidth: 1000000 kbps
 Last 300 seconds input: 0 packets/sec 0 bytes/sec -%
 Last 300 seconds output: 0 packets/sec 0 bytes/sec -%
 Input:  0 input errors, 0 runts, 0 giants, 0 throttles
 Output: 0 output errors, - underruns, - buffer failures
GigabitEthernet1/0/27
Current state: UP
Line protocol state: UP
Bandwidth: 1000000 kbps
 Last 300 seconds input: 9000 packets/sec 12250000 bytes/sec 10%
 Last 300 seconds output: 80000 packets/sec 93750000 bytes/sec 75%
 Input:  0 input errors, 0 runts, 0 giants, 0 throttles
 Output: 0 output errors, - underruns, - buffer failures
Vlan-interface99
Current state: UP
Line protocol state: UP
 Input:  5 input errors
""",
    "cpu": """Slot 1 CPU 0 CPU usage:
       7% in last 5 seconds
       8% in last 1 minute
      83% in last 5 minutes
""",
    "environment": """ System Temperature information (degree centigrade):
 ----------------------------------------------------------------------------------------------
 Slot  Sensor    Temperature LowerLimit WarningUpperLimit AlarmUpperLimit ShutdownUpperLimit
 1     hotspot 1 38          0          68                72              NA
""",
    "fans": """ Slot 1:
 Fan 1:
 State    : Normal
 Airflow Direction: Port-to-power
 Fan 2:
 State    : Fault
""",
    "power": """ Slot 1:
 Power 1:
 State    : Normal
 Power 2:
 State    : Absent
""",
    "lldp": """LLDP neighbor-information of port 27[GigabitEthernet1/0/27]:
LLDP agent nearest-bridge:
 LLDP neighbor index : 1
 Update time         : 0 days, 0 hours, 1 minutes, 25 seconds
 Chassis type        : MAC address
 Chassis ID          : 0011-2233-00ff
 Port ID type        : Interface name
 Port ID             : GigabitEthernet1/0/1
 System name         : core
 System description  :
   H3C Comware Platform Software, Software Version 7.1.064
 System capabilities supported : Bridge, Router
 System capabilities enabled   : Bridge, Router
LLDP neighbor-information of port 3[GigabitEthernet1/0/3]:
 Chassis ID          : c4ad-3412-0001
 Port ID             : 1
 System name         : TL-SG108E
 System capabilities enabled   : Bridge
LLDP neighbor-information of port 24[GigabitEthernet1/0/24]:
 Chassis ID          : 10.20.40.24
 Port ID             : 805e-c012-3456
 System name         : phone
 System capabilities enabled   : Bridge, Telephone
""",
    "macs": """MAC Address      VLAN ID    State            Port/Nickname            Aging
e0be-0321-0001   11         Learned          GE1/0/1                  Y
e0be-0321-0002   11         Learned          GE1/0/5                  Y
0202-0000-0001   11         Learned          GE1/0/6                  Y
0202-0000-0002   11         Learned          GE1/0/6                  Y
0202-0000-0003   11         Learned          GE1/0/6                  Y
e0be-0321-0018   11         Learned          GE1/0/24                 Y
805e-c012-3456   40         Learned          GE1/0/24                 Y
e0be-0321-0009   11         Learned          GE1/0/27                 Y
""",
}
VRP = {
    "version": """Huawei Versatile Routing Platform Software
VRP (R) software, Version 5.170 (S5735 V200R021C00SPC100)
Copyright (C) 2000-2021 HUAWEI TECH Co., Ltd.
HUAWEI S5735-L24P4X-A1 Routing Switch uptime is 5 weeks, 1 day
""",
    "interfaces": """GigabitEthernet0/0/1 current state : UP
Line protocol current state : UP
Description:D01-01 pc01
Switch Port, PVID :   11, TPID : 8100(Hex), The Maximum Frame Length is 9216
Speed : 1000,  Loopback: NONE
Last 300 seconds input rate 12000 bits/sec, 10 packets/sec
Last 300 seconds output rate 24000 bits/sec, 20 packets/sec
Input:  1228 packets, 98765 bytes
  CRC:                           120,  Giants:                              0
  Total Error:                   140
Output:  9988 packets, 123456 bytes
  Total Error:                     3
    Input bandwidth utilization  :    0.01%
    Output bandwidth utilization :    0.02%
GigabitEthernet0/0/2 current state : Administratively DOWN
Line protocol current state : DOWN
Speed : 1000,  Loopback: NONE
Input:  0 packets, 0 bytes
  Total Error:                     0
Output:  0 packets, 0 bytes
  Total Error:                     0
    Input bandwidth utilization  :    0%
    Output bandwidth utilization :    0%
XGigabitEthernet0/0/3 current state : UP
Line protocol current state : UP
Speed : 10000,  Loopback: NONE
  Total Error:                     0
  Total Error:                     0
    Input bandwidth utilization  :    9.80%
    Output bandwidth utilization :   75.00%
Vlanif99 current state : UP
Line protocol current state : UP
""",
    "cpu": "CPU utilization for five seconds: 12%: one minute: 11%: five minutes: 83%.\n",
    "temperature": """ -------------------------------------------------------------------------------
 Slot  Card  Sensor Status    Current(C) Lower(C) Lower     Upper(C) Upper
                                                   Resume(C)          Resume(C)
 -------------------------------------------------------------------------------
 0     NA    NA     Normal    38         0        4         72       68
""",
    "fans": """-------------------------------------------------------------------------
 Slot  FanID   Online    Status    Speed     Mode     Airflow
-------------------------------------------------------------------------
 0     1       Present   Normal    30%       Auto     Side-to-Back
 0     2       Present   Abnormal  0%        Auto     Side-to-Back
""",
    "power": """------------------------------------------------------------
 Slot    PowerID  Online   Mode   State      Power(W)
------------------------------------------------------------
 0       PWR1     Present  AC     Supply     150.00
 0       PWR2     Absent   -      -          -
""",
    "lldp": """XGigabitEthernet0/0/3 has 1 neighbor(s):

Neighbor index :1
Chassis type   :MAC address
Chassis ID     :0011-2233-00ff
Port ID type   :Interface name
Port ID        :GigabitEthernet1/0/1
System name    :core
System capabilities supported :bridge router
System capabilities enabled   :bridge router

GigabitEthernet0/0/3 has 1 neighbor(s):

Neighbor index :1
Chassis ID     :c4ad-3412-0001
Port ID        :1
System name    :TL-SG108E
System capabilities enabled   :bridge

GigabitEthernet0/0/24 has 1 neighbor(s):

Neighbor index :1
Chassis ID     :10.20.40.24
Port ID        :805e-c012-3456
System name    :phone
System capabilities enabled   :bridge telephone
""",
    "macs": """-------------------------------------------------------------------------------
MAC Address    VLAN/VSI/BD                       Learned-From        Type
-------------------------------------------------------------------------------
e0be-0321-0001 11/-/-                            GE0/0/1             dynamic
e0be-0321-0002 11/-/-                            GE0/0/5             dynamic
0202-0000-0001 11/-/-                            GE0/0/6             dynamic
0202-0000-0002 11/-/-                            GE0/0/6             dynamic
0202-0000-0003 11/-/-                            GE0/0/6             dynamic
e0be-0321-0018 11/-/-                            GE0/0/24            dynamic
805e-c012-3456 40/-/-                            GE0/0/24            dynamic
e0be-0321-0009 11/-/-                            XGE0/0/3            dynamic
-------------------------------------------------------------------------------
Total items displayed = 8
""",
}
RUIJIE = {
    "version": """System description      : Ruijie Gigabit Security Switch(S5310-24GT4XS-P-E) By Ruijie Networks
System start time       : 2026-09-01 08:00:00
System hardware version : 1.00
System software version : S5310_RGOS 12.5(4)B0101, Release(07242512)
""",
    "interfaces": """Index(dec):1 (hex):1
GigabitEthernet 0/1 is UP  , line protocol is UP
  Hardware is Broadcom GigabitEthernet, address is 0011.2233.4401
  Description: D01-01 pc01
  MTU 1500 bytes, BW 1000000 Kbit
  5 minutes input rate 12000 bits/sec, 10 packets/sec
  5 minutes output rate 24000 bits/sec, 20 packets/sec
    1228 packets input, 98765 bytes, 0 no buffer, 0 dropped
    140 input errors, 120 CRC, 20 frame, 0 overrun, 0 abort
    9988 packets output, 123456 bytes, 0 underruns, 0 no buffer, 0 dropped
    3 output errors, 0 collisions, 2 interface resets
Index(dec):2 (hex):2
GigabitEthernet 0/2 is administratively down  , line protocol is DOWN
  MTU 1500 bytes, BW 1000000 Kbit
    0 input errors, 0 CRC, 0 frame, 0 overrun, 0 abort
    0 output errors, 0 collisions, 0 interface resets
Index(dec):27 (hex):1b
GigabitEthernet 0/27 is UP  , line protocol is UP
  MTU 1500 bytes, BW 1000000 Kbit
  5 minutes input rate 98000000 bits/sec, 9000 packets/sec
  5 minutes output rate 750000000 bits/sec, 80000 packets/sec
    0 input errors, 0 CRC, 0 frame, 0 overrun, 0 abort
    0 output errors, 0 collisions, 14 interface resets
""",
    "cpu": """=======================================
CPU Using Rate Information
CPU utilization in five seconds: 9.70%
CPU utilization in one minute: 9.20%
CPU utilization in five minutes: 83.00%
""",
    "temperature": " Board 1: 38 C\n",
    "fans": """Dev   Fan   Status
1     1     ok
1     2     fail
""",
    "power": """Dev   Power  Type     Status
1     1      AC250W   LinkAndPower
1     2      N/A      absent
""",
    "lldp": """----------------------------------------------------------------------------
LLDP neighbor-information of port [GigabitEthernet 0/27]
----------------------------------------------------------------------------
  Neighbor index                    : 1
  Device type                       : LLDP Device
  Chassis ID type                   : MAC address
  Chassis ID                        : 0011.2233.00ff
  Port ID type                      : Interface name
  Port ID                           : GigabitEthernet1/0/1
  System name                       : core
  System capabilities supported     : Bridge, Router
  System capabilities enabled       : Bridge, Router
----------------------------------------------------------------------------
LLDP neighbor-information of port [GigabitEthernet 0/3]
----------------------------------------------------------------------------
  Chassis ID                        : c4ad.3412.0001
  Port ID                           : 1
  System name                       : TL-SG108E
  System capabilities enabled       : Bridge
""",
    "macs": """Vlan        MAC Address          Type     Interface                    Live Time
----------  -------------------- -------- ---------------------------- -------------
11          e0be.0321.0001       DYNAMIC  GigabitEthernet 0/1          0d 01:02:03
11          e0be.0321.0002       DYNAMIC  GigabitEthernet 0/5          0d 01:02:03
11          0202.0000.0001       DYNAMIC  GigabitEthernet 0/6          0d 01:02:03
11          0202.0000.0002       DYNAMIC  GigabitEthernet 0/6          0d 01:02:03
11          0202.0000.0003       DYNAMIC  GigabitEthernet 0/6          0d 01:02:03
11          e0be.0321.0018       DYNAMIC  GigabitEthernet 0/24         0d 01:02:03
11          e0be.0321.0009       DYNAMIC  GigabitEthernet 0/27         0d 01:02:03
""",
}
EOS = {
    "version": """Arista DCS-7050TX-64-F
Hardware version: 11.02
Software image version: 4.27.3F
Architecture: x86_64
Uptime: 5 weeks, 3 days
""",
    "interfaces": """Ethernet1 is up, line protocol is up (connected)
  Hardware is Ethernet, address is 0011.2233.4401
  Description: D01-01 pc01
  Ethernet MTU 9214 bytes , BW 1000000 kbit
  Full-duplex, 1Gb/s, auto negotiation: on, uni-link: n/a
  Up 5 days, 2 hours
  2 link status changes since last clear
  5 minutes input rate 12.0 kbps (0.0% with framing overhead), 10 packets/sec
  5 minutes output rate 24.0 kbps (0.0% with framing overhead), 20 packets/sec
     0 runts, 0 giants
     140 input errors, 120 CRC, 0 alignment, 20 symbol, 0 input discards
     3 output errors, 0 collisions
Ethernet2 is administratively down, line protocol is down (disabled)
  Ethernet MTU 9214 bytes , BW 1000000 kbit
  0 link status changes since last clear
     0 input errors, 0 CRC, 0 alignment, 0 symbol, 0 input discards
     0 output errors, 0 collisions
Ethernet27 is up, line protocol is up (connected)
  Ethernet MTU 9214 bytes , BW 1000000 kbit
  14 link status changes since last clear
  5 minutes input rate 98.0 Mbps (9.8% with framing overhead), 9000 packets/sec
  5 minutes output rate 750 Mbps (75.0% with framing overhead), 80000 packets/sec
     0 input errors, 0 CRC, 0 alignment, 0 symbol, 0 input discards
     0 output errors, 0 collisions
Management1 is up, line protocol is up (connected)
     7 input errors, 0 CRC
""",
    "cpu": """top - 10:00:00 up 38 days,  3:02,  1 user,  load average: 0.42, 0.39, 0.35
%Cpu(s): 75.0 us,  7.0 sy,  0.0 ni, 17.0 id,  0.0 wa,  0.5 hi,  0.5 si,  0.0 st
""",
    "temperature": """System temperature status is: Ok
                                                             Alert  Critical
                                        Temp    Setpoint     Limit     Limit
Sensor  Description                     (C)          (C)       (C)       (C)
------- ------------------------- --------- ------------ --------- ---------
1       Cpu temp sensor              38.000       (45.0)    72.000    90.000
""",
    "fans": """System cooling status is: Insufficient fans
                                    Config Actual        Speed
Fan            Status               Speed  Speed  Uptime Stability
-------------- -------------------- ------ ------ ------ ---------
1/1            Ok                      30%    30%  5 days Stable
2/1            Failed                  30%     0%  5 days Unstable
""",
    "power": """Power                                   Input  Output  Output
Supply  Model                Capacity Current Current   Power Status     Uptime
------- -------------------- -------- ------- ------- ------- ---------- ------
1       PWR-500AC-F              500W   0.31A   3.83A   46.0W Ok         38 days
""",
    "lldp": """Interface Ethernet27 detected 1 LLDP neighbors:

  Neighbor 0011.2233.00ff/"Ethernet1", age 8 seconds
  Discovered 38 days, 2:11:22 ago; Last changed 38 days, 2:10:22 ago
  - Chassis ID type: MAC address (4)
    Chassis ID     : 0011.2233.00ff
  - Port ID type: Interface name(5)
    Port ID     : "GigabitEthernet1/0/1"
  - System Name: "core"
  - System Capabilities : Bridge, Router
    Enabled Capabilities: Bridge, Router

Interface Ethernet3 detected 1 LLDP neighbors:

  Neighbor c4ad.3412.0001/1, age 8 seconds
    Chassis ID     : c4ad.3412.0001
    Port ID     : "1"
  - System Name: "TL-SG108E"
    Enabled Capabilities: Bridge

Interface Ethernet24 detected 1 LLDP neighbors:

    Chassis ID     : 10.20.40.24
    Port ID     : "805e.c012.3456"
  - System Name: "phone"
    Enabled Capabilities: Bridge, Telephone
""",
    "macs": """          Mac Address Table
------------------------------------------------------------------

Vlan    Mac Address       Type        Ports      Moves   Last Move
----    -----------       ----        -----      -----   ---------
  11    e0be.0321.0001    DYNAMIC     Et1        1       0:03:21 ago
  11    e0be.0321.0002    DYNAMIC     Et5        1       0:03:21 ago
  11    0202.0000.0001    DYNAMIC     Et6        1       0:03:21 ago
  11    0202.0000.0002    DYNAMIC     Et6        1       0:03:21 ago
  11    0202.0000.0003    DYNAMIC     Et6        1       0:03:21 ago
  11    e0be.0321.0018    DYNAMIC     Et24       1       0:03:21 ago
  40    805e.c012.3456    DYNAMIC     Et24       1       0:03:21 ago
  11    e0be.0321.0009    DYNAMIC     Et27       1       0:03:21 ago
Total Mac Addresses for this criterion: 8
""",
}
LINUX_BRIDGE = {
    "version": "6.1.0-28-amd64\n",
    "interfaces": """[
{"ifname":"br0","flags":["UP","LOWER_UP"],"stats64":{"rx":{"errors":0},"tx":{"errors":0}}},
{"ifname":"port1","master":"br0","flags":["UP","LOWER_UP"],"stats64":{"rx":{"errors":140},"tx":{"errors":3}}},
{"ifname":"port2","master":"br0","flags":["BROADCAST"],"stats64":{"rx":{"errors":0},"tx":{"errors":0}}}
]""",
    "macs": """[
{"mac":"33:33:00:00:00:01","ifname":"port1","flags":["self"],"state":"permanent"},
{"mac":"e0:be:03:21:00:01","ifname":"port1","vlan":11,"flags":[],"master":"br0","state":""},
{"mac":"e0:be:03:21:00:02","ifname":"port5","vlan":11,"flags":[],"master":"br0","state":""},
{"mac":"02:02:00:00:00:09","ifname":"port5","vlan":11,"flags":[],"master":"br0","state":"permanent"}
]""",
}
ANSWERS: dict[str, dict[str, str]] = {
    "ios": IOS,
    "comware": COMWARE,
    "vrp": VRP,
    "ruijie": RUIJIE,
    "eos": EOS,
    "linux_bridge": LINUX_BRIDGE,
}
