  101 ! (c) 1994 Oklahoma Climatological Survey and the Oklahoma Mesonet - all rights reserved
  11 1994 01 01 00 00 00
 STID  STNM  TIME   RELH   TAIR   WSPD   WVEC  WDIR   RAIN     PRES  SRAD
 ACME    89     0     31    8.2    4.6    4.5   182    0.00   979.39     0
 ACME    89     5     32   -999    4.4    4.5   182    0.00   979.40     0
 ACME    89    10     32    8.0    4.1    4.5   182    0.00   979.41     0
 ACME    89    15     33    7.9    3.9    4.5   182    0.00   979.42     0
 ACME    89    20   -999    7.9    4.0    4.5   182    0.00   979.43     0
 ACME    89    25     34    7.8    4.2    4.5   182    0.00   979.44     0
 ACME    89    30     34    7.7    4.0    4.5   182    0.00   979.45     0
